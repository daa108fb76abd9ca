package io.sidetrack.ops.audit;

import java.util.List;

/**
 * A {@link RecordPosition} in a {@code long}: 4 bits for the number of the topic, 16 for the partition, 43 for the offset. It is
 * 0 only for the first record of topic 0.
 */
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

    static int topic(long position) {
        return (int) (position >>> (OFFSET_BITS + PARTITION_BITS));
    }

    static int partition(long position) {
        return (int) (position >>> OFFSET_BITS) & PARTITION_MASK;
    }

    static long offset(long position) {
        return position & OFFSET_MASK;
    }

    /** @param topics the topics by their numbers */
    static RecordPosition unpack(long position, List<String> topics) {
        return new RecordPosition(topics.get(topic(position)), partition(position), offset(position));
    }
}
