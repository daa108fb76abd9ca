package io.sidetrack.ops.cluster;

/** The content of a topic that a group has not read. Not every offset is a record. */
public sealed interface Unread {
    /** No record: only transaction markers and gaps are left. */
    record Nothing() implements Unread {}

    /**
     * At least one record.
     *
     * @param offset the offset of the first record that was found; other partitions may have earlier ones
     */
    record Records(int partition, long offset) implements Unread {}

    /**
     * No committed record, but an open transaction, whose records may still be committed.
     *
     * @param offset the first offset of the transaction
     */
    record OpenTransaction(int partition, long offset) implements Unread {}
}
