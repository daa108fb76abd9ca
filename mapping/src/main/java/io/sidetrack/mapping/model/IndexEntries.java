package io.sidetrack.mapping.model;

/**
 * The entries of an item in the table's secondary indexes.
 *
 * @param indexes a bit for each index that the item is in, by {@link #bit}
 * @param writeUnits the cost of writing these entries if none of them exists
 */
public record IndexEntries(long indexes, int writeUnits) {
    /** An item that is in no index. */
    public static final IndexEntries NONE = new IndexEntries(0, 0);

    /** A deleted item: it leaves the indexes that it is in, which are not known. */
    public static final IndexEntries UNKNOWN = new IndexEntries(-1L, 0);

    /** Returns the bit of an index, by its position among all indexes of the table. Those from 63 on share one. */
    public static long bit(int index) {
        return 1L << Math.min(index, Long.SIZE - 1);
    }
}
