package io.sidetrack.ops.cluster;

import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a group stands in a topic.
 *
 * @param partitions by partition
 */
public record Standing(String topic, String group, SortedMap<Integer, Place> partitions) {
    /**
     * Where it stands in one partition.
     *
     * @param committed the offset of the next record to read; empty if it has committed none
     */
    public record Place(Span span, OptionalLong committed) {
        /** Where it would read on, were its reset policy "earliest". */
        public long next() {
            return Math.max(span.start(), committed.orElse(span.start()));
        }

        /** Records it has not read, of those that are there. */
        public long lag() {
            return Math.max(0, span.end() - next());
        }

        /** Records that were deleted before it read them. */
        public long lost() {
            return committed.isPresent() ? Math.max(0, span.start() - committed.getAsLong()) : 0;
        }
    }

    /** Records it has not read. */
    public long lag() {
        return partitions.values().stream().mapToLong(Place::lag).sum();
    }

    /** Records that were deleted before it read them. */
    public long lost() {
        return partitions.values().stream().mapToLong(Place::lost).sum();
    }

    /** The sum of what it has read; only the difference of two means anything. */
    public long read() {
        return partitions.values().stream().mapToLong(Place::next).sum();
    }

    /** The sum of what was ever written; only the difference of two means anything. */
    public long written() {
        return partitions.values().stream().mapToLong(place -> place.span.end()).sum();
    }

    /** Records that are there, read or not. */
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
