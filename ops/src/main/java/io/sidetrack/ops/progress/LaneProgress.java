package io.sidetrack.ops.progress;

import io.sidetrack.ops.cluster.GroupPosition;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The progress and rate of the group that reads a topic. Counts are of offsets, as in Kafka's own tools: transaction markers and
 * aborted records have offsets too. Rates are of records.
 *
 * @param name the name of the lane, or "router"
 * @param done offsets of the topic that are read
 * @param total offsets of the topic
 * @param lag offsets that are not read
 * @param nothingLeft whether no record is left to read, even if there is a lag
 * @param reader the state of the group
 * @param partitions the lag by partition
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

    /** The state of the group that reads a topic. */
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
        now.partitions().forEach((partition, at) -> partitions.put(partition, at.lag()));
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

    /** Seconds until everything is read at the current rates; empty if the rates are unknown or too low for that. */
    Optional<Double> secondsLeft() {
        if (nothingLeft) {
            return Optional.of(0.0);
        }
        double closing = rates.readOffsets().orElse(0) - rates.arrivingOffsets();
        return closing > 0 ? Optional.of(lag / closing) : Optional.empty();
    }
}
