package io.sidetrack.ops.progress;

import io.sidetrack.ops.cluster.Standing;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the reader of a topic has come, and how fast it gets on, from two looks.
 *
 * @param name of the lane
 * @param done records that lie in the topic and are read
 * @param total records that lie in the topic
 * @param lag records to read
 * @param perSecond records read a second between the looks
 * @param arriving records written a second between the looks
 * @param partitions lag by partition
 */
record LaneProgress(
        String name,
        String topic,
        String group,
        long done,
        long total,
        long lag,
        double perSecond,
        double arriving,
        SortedMap<Integer, Long> partitions) {

    static LaneProgress between(String name, Standing before, Standing now, double seconds) {
        SortedMap<Integer, Long> partitions = new TreeMap<>();
        now.partitions().forEach((partition, place) -> partitions.put(partition, place.lag()));
        return new LaneProgress(
                name,
                now.topic(),
                now.group(),
                now.held() - now.lag(),
                now.held(),
                now.lag(),
                Math.max(0, (now.read() - before.read()) / seconds),
                Math.max(0, (now.written() - before.written()) / seconds),
                partitions);
    }

    /** Seconds until nothing is left, if all goes on as it does; empty if that is never. */
    Optional<Double> secondsLeft() {
        if (lag == 0) {
            return Optional.of(0.0);
        }
        double closing = perSecond - arriving;
        return closing > 0 ? Optional.of(lag / closing) : Optional.empty();
    }
}
