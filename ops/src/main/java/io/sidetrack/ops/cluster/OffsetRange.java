package io.sidetrack.ops.cluster;

/**
 * What a partition holds.
 *
 * @param start its first offset
 * @param end the offset behind its last one
 */
public record OffsetRange(long start, long end) {
    /** How many offsets lie in it; aborted records and the marks of transactions have offsets too. */
    public long length() {
        return Math.max(0, end - start);
    }
}
