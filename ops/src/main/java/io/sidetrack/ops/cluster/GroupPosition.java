package io.sidetrack.ops.cluster;

import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a group stands in a topic. All numbers are offsets, and not records: a transaction's marker has an offset, and so have
 * records that were aborted or compacted away.
 *
 * @param partitions by partition
 */
public record GroupPosition(String topic, String group, SortedMap<Integer, PartitionPosition> partitions) {
    /**
     * Where it stands in one partition.
     *
     * @param committed the offset of the next record to read; empty if it has committed none
     */
    public record PartitionPosition(OffsetRange span, OptionalLong committed) {
        /**
         * Where it would read on, were its reset policy "earliest". An offset beyond the end is from a topic of this name
         * that was deleted, or from a log that lost its end.
         */
        public long next() {
            long next = committed.orElse(span.start());
            return next > span.end() ? span.start() : Math.max(span.start(), next);
        }

        /** Offsets from the next one to the end. Not every offset is a record: see {@link UnreadSearch}. */
        public long lag() {
            return span.end() - next();
        }

        /** Offsets that were deleted before it read them. */
        public long lost() {
            return committed.isPresent() ? Math.max(0, span.start() - committed.getAsLong()) : 0;
        }
    }

    /** Offsets that it has not read. */
    public long lag() {
        return partitions.values().stream().mapToLong(PartitionPosition::lag).sum();
    }

    /** Offsets that were deleted before it read them. */
    public long lost() {
        return partitions.values().stream().mapToLong(PartitionPosition::lost).sum();
    }

    /** The sum of what it has read; only the difference of two means anything. */
    public long read() {
        return partitions.values().stream().mapToLong(PartitionPosition::next).sum();
    }

    /** The sum of what was ever written; only the difference of two means anything. */
    public long written() {
        return partitions.values().stream().mapToLong(place -> place.span.end()).sum();
    }

    /** Offsets that the topic holds, read or not. */
    public long held() {
        return partitions.values().stream()
                .mapToLong(place -> place.span.end() - place.span.start())
                .sum();
    }

    /** Whether the group has committed anything here. */
    public boolean isKnown() {
        return partitions.values().stream().anyMatch(place -> place.committed.isPresent());
    }

    /** Where it would read on, by partition. */
    public SortedMap<Integer, Long> next() {
        SortedMap<Integer, Long> next = new TreeMap<>();
        partitions.forEach((partition, place) -> next.put(partition, place.next()));
        return next;
    }

    /** Where the topic ends, by partition. */
    public SortedMap<Integer, Long> ends() {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        partitions.forEach((partition, place) -> ends.put(partition, place.span.end()));
        return ends;
    }
}
