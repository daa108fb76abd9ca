package io.sidetrack.ops.copy;

import io.sidetrack.ops.cluster.OffsetRange;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A part of a topic.
 *
 * @param topic the topic's name
 * @param ranges the offsets to read, by partition; partitions that are not in the map do not belong to the slice
 */
public record Slice(String topic, SortedMap<Integer, OffsetRange> ranges) {
    /** @throws IllegalArgumentException if something is missing or negative */
    public Slice {
        if (topic == null || ranges == null) {
            throw new IllegalArgumentException("incomplete");
        }
        ranges.forEach((partition, range) -> {
            if (partition < 0 || range == null || range.start() < 0 || range.end() < range.start()) {
                throw new IllegalArgumentException("partition " + partition + " has the range " + range);
            }
        });
        ranges = Collections.unmodifiableSortedMap(new TreeMap<>(ranges));
    }

    /** The number of offsets, some of which may belong to aborted records and transaction markers, or have no record any more. */
    public long offsets() {
        return ranges.values().stream().mapToLong(OffsetRange::length).sum();
    }

    /**
     * This slice with later ends, and with further partitions.
     *
     * @param now the ranges of today; where this slice has a partition already, only the end counts, if it is later
     */
    public Slice extendedTo(SortedMap<Integer, OffsetRange> now) {
        SortedMap<Integer, OffsetRange> longer = new TreeMap<>(ranges);
        now.forEach((partition, range) -> longer.merge(
                partition,
                range,
                (before, after) -> new OffsetRange(before.start(), Math.max(before.end(), after.end()))));
        return new Slice(topic, longer);
    }
}
