package io.sidetrack.writer.share;

/**
 * The offsets of one partition.
 *
 * @param committed the offset that the group has committed; the first offset of the partition before the first commit
 * @param end the end of the partition, for readers of committed records
 */
public record PartitionOffsets(long committed, long end) {
    /** Offsets that are not committed. */
    public long lag() {
        return Math.max(0, end - committed);
    }
}
