package io.sidetrack.ops.audit;

import java.util.List;

/** A {@link RecordPosition} in a {@code long}: 4 bits of the topic's number, 16 of the partition, 43 of the offset. Never 0 but for the
 * first record of topic 0. */
final class PackedPosition {
    private static final int OFFSET_BITS = 43;
    private static final int PARTITION_BITS = 16;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final int PARTITION_MASK = (1 << PARTITION_BITS) - 1;

    private PackedPosition() {}

    /** @throws IllegalArgumentException if the offset needs more than 43 bits, or the partition more than 16 */
    static long of(int topic, int partition, long offset) {
        if (offset < 0 || offset > OFFSET_MASK || partition < 0 || partition > PARTITION_MASK) {
            throw new IllegalArgumentException("partition " + partition + ", offset " + offset + " cannot be packed");
        }
        return (((long) topic << PARTITION_BITS) | partition) << OFFSET_BITS | offset;
    }

    static int topic(long place) {
        return (int) (place >>> (OFFSET_BITS + PARTITION_BITS));
    }

    static int partition(long place) {
        return (int) (place >>> OFFSET_BITS) & PARTITION_MASK;
    }

    static long offset(long place) {
        return place & OFFSET_MASK;
    }

    /** @param topics by their numbers */
    static RecordPosition unpack(long place, List<String> topics) {
        return new RecordPosition(topics.get(topic(place)), partition(place), offset(place));
    }
}
