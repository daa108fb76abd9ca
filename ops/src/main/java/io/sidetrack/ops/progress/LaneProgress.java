package io.sidetrack.ops.progress;

import io.sidetrack.ops.cluster.Standing;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the reader of a topic has come, and how fast it gets on, from two looks. All numbers are offsets, as in Kafka's own
 * tools: a transaction's marker has an offset, and so have aborted records.
 *
 * @param name of the lane
 * @param done offsets that the topic holds and that are read
 * @param total offsets that the topic holds
 * @param lag offsets to read
 * @param nothingLeft whether there is no record to read; there may be a lag then
 * @param perSecond offsets read a second between the looks
 * @param arriving offsets written a second between the looks
 * @param partitions lag by partition
 */
record LaneProgress(
        String name,
        String topic,
        String group,
        long done,
        long total,
        long lag,
        boolean nothingLeft,
        double perSecond,
        double arriving,
        SortedMap<Integer, Long> partitions) {

    /** @param records whether the lag contains records */
    static LaneProgress between(String name, Standing before, Standing now, double seconds, boolean records) {
        boolean nothingLeft = now.lag() == 0 || !records;
        SortedMap<Integer, Long> partitions = new TreeMap<>();
        now.partitions().forEach((partition, place) -> partitions.put(partition, place.lag()));
        return new LaneProgress(
                name,
                now.topic(),
                now.group(),
                nothingLeft ? now.held() : now.held() - now.lag(),
                now.held(),
                now.lag(),
                nothingLeft,
                Math.max(0, (now.read() - before.read()) / seconds),
                Math.max(0, (now.written() - before.written()) / seconds),
                partitions);
    }

    /** Seconds until nothing is left, if all goes on as it does; empty if that is never. */
    Optional<Double> secondsLeft() {
        if (nothingLeft) {
            return Optional.of(0.0);
        }
        double closing = perSecond - arriving;
        return closing > 0 ? Optional.of(lag / closing) : Optional.empty();
    }
}
