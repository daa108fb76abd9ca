package io.sidetrack.writer.share;

import java.util.Map;

/**
 * One reading of the offsets of all partitions of a lane. The committed offset of a partition was read before its end, both at
 * some moment between start and end of the reading. Times are in nanoseconds of one monotonic clock.
 *
 * @param startNanos before the first call
 * @param endNanos after the last response
 * @param offsets by partition
 */
public record LaneSample(long startNanos, long endNanos, Map<Integer, PartitionOffsets> offsets) {
    public LaneSample {
        offsets = Map.copyOf(offsets);
    }
}
