package io.sidetrack.ops.cluster;

/** What lies between the offset of a group and the end of a topic. An offset alone is not a record. */
public sealed interface Unread {
    /** No record: the group has read everything, whatever markers of transactions and gaps are left. */
    record Nothing() implements Unread {}

    /**
     * At least one record.
     *
     * @param offset of the first record that was found; there may be earlier ones in other partitions
     */
    record Records(int partition, long offset) implements Unread {}

    /**
     * No committed record, and a transaction that is still open: what it holds is not known yet.
     *
     * @param offset where the transaction begins
     */
    record OpenTransaction(int partition, long offset) implements Unread {}
}
