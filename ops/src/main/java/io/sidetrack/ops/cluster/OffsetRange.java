package io.sidetrack.ops.cluster;

/**
 * A range of offsets in a partition.
 *
 * @param start the first offset
 * @param end the offset after the last one
 */
public record OffsetRange(long start, long end) {
    /** The number of offsets, some of which may belong to aborted records and transaction markers. */
    public long length() {
        return Math.max(0, end - start);
    }
}
