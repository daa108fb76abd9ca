package io.sidetrack.ops.cluster;

import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The position of a consumer group in a topic. All numbers are offsets, not records: transaction markers, aborted records and
 * compacted records have offsets too.
 *
 * @param partitions the position in each partition
 */
public record GroupPosition(String topic, String group, SortedMap<Integer, PartitionPosition> partitions) {
    /**
     * The position in one partition.
     *
     * @param range the offsets that the partition holds
     * @param committed the committed offset, which is that of the next record to read; empty if there is none
     */
    public record PartitionPosition(OffsetRange range, OptionalLong committed) {
        /**
         * The offset at which the group would continue with {@code auto.offset.reset=earliest}. A committed offset beyond the
         * end belongs to a deleted topic of the same name, or to a log that was truncated.
         */
        public long next() {
            long next = committed.orElse(range.start());
            return next > range.end() ? range.start() : Math.max(range.start(), next);
        }

        /** The number of offsets from the next one to the end. They need not be records: see {@link UnreadSearch}. */
        public long lag() {
            return range.end() - next();
        }

        /** The number of offsets that were deleted before the group read them. */
        public long lost() {
            return committed.isPresent() ? Math.max(0, range.start() - committed.getAsLong()) : 0;
        }
    }

    /** The number of offsets that the group has not read. */
    public long lag() {
        return partitions.values().stream().mapToLong(PartitionPosition::lag).sum();
    }

    /** The number of offsets that were deleted before the group read them. */
    public long lost() {
        return partitions.values().stream().mapToLong(PartitionPosition::lost).sum();
    }

    /** The sum of the next offsets. Only the difference of two such sums is meaningful. */
    public long read() {
        return partitions.values().stream().mapToLong(PartitionPosition::next).sum();
    }

    /** The sum of the end offsets. Only the difference of two such sums is meaningful. */
    public long written() {
        return partitions.values().stream().mapToLong(at -> at.range.end()).sum();
    }

    /** The number of offsets that the topic holds. */
    public long held() {
        return partitions.values().stream()
                .mapToLong(at -> at.range.end() - at.range.start())
                .sum();
    }

    /** True if the group has committed an offset of the topic. */
    public boolean isKnown() {
        return partitions.values().stream().anyMatch(at -> at.committed.isPresent());
    }

    /** The offsets at which the group would continue, by partition. */
    public SortedMap<Integer, Long> next() {
        SortedMap<Integer, Long> next = new TreeMap<>();
        partitions.forEach((partition, at) -> next.put(partition, at.next()));
        return next;
    }

    /** The end offsets, by partition. */
    public SortedMap<Integer, Long> ends() {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        partitions.forEach((partition, at) -> ends.put(partition, at.range.end()));
        return ends;
    }
}
