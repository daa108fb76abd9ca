package io.sidetrack.ops.progress;

import io.sidetrack.ops.cluster.GroupPosition;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the reader of a topic has come, and how fast it gets on. Its numbers are offsets, as in Kafka's own tools: a
 * transaction's marker has an offset, and so have aborted records. The rates are of records.
 *
 * @param name of the lane
 * @param done offsets that the topic holds and that are read
 * @param total offsets that the topic holds
 * @param lag offsets to read
 * @param nothingLeft whether there is no record to read; there may be a lag then
 * @param reader who reads it
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
        Reader reader,
        Rates rates,
        SortedMap<Integer, Long> partitions) {

    /** Who reads a topic. */
    enum Reader {
        /** The group has no members. */
        NOBODY,
        MEMBERS,
        /** Members that an operator has paused. */
        PAUSED
    }

    /** @param records whether the lag contains records */
    static LaneProgress of(String name, GroupPosition now, Rates rates, Reader reader, boolean records) {
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
                reader,
                rates,
                partitions);
    }

    /** Seconds until nothing is left, if all goes on as it does; empty if that is never, or not known yet. */
    Optional<Double> secondsLeft() {
        if (nothingLeft) {
            return Optional.of(0.0);
        }
        double closing = rates.readOffsets().orElse(0) - rates.arrivingOffsets();
        return closing > 0 ? Optional.of(lag / closing) : Optional.empty();
    }
}
