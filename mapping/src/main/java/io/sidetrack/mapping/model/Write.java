package io.sidetrack.mapping.model;

/**
 * One write to a DynamoDB table.
 *
 * @param key the item's identity
 * @param kind whether {@code json} is an item to put or a key to delete
 * @param json the item, or the key, in DynamoDB's JSON ({@code {"id":{"S":"x"}}}), in UTF-8; not copied, never changed
 * @param itemBytes the item's size as DynamoDB counts it (names and values); at most 409,600
 * @param version the record's version; {@link Version#NONE} if versions are not compared
 * @param source the record that the write comes from
 * @param entries the item's entries in secondary indexes
 */
public record Write(
        ItemKey key,
        Kind kind,
        byte[] json,
        int itemBytes,
        Version version,
        SourceRecord source,
        IndexEntries entries) {

    /** A write to a table without secondary indexes. */
    public Write(ItemKey key, Kind kind, byte[] json, int itemBytes, Version version, SourceRecord source) {
        this(key, kind, json, itemBytes, version, source, IndexEntries.NONE);
    }

    /** The effect of a write. */
    public enum Kind {
        /** Replaces the whole item. */
        PUT,
        /** Removes the item, if it exists. */
        DELETE
    }

    /** Returns the same write with these index entries. */
    public Write with(IndexEntries others) {
        return others.equals(entries) ? this : new Write(key, kind, json, itemBytes, version, source, others);
    }

    /**
     * Returns the minimum cost, without that of indexes: one write unit for each KB or part of a KB (developer guide,
     * read/write capacity).
     */
    public int writeUnits() {
        return writeUnits(itemBytes);
    }

    /**
     * Returns the cost of a new item with its index entries. A write that replaces an item can cost less (entries that do
     * not change are not written) or more (an entry with another key is deleted and written).
     */
    public int expectedUnits() {
        return writeUnits() + entries.writeUnits();
    }

    /** Returns the minimum cost of a write of an item of this size. */
    public static int writeUnits(long itemBytes) {
        return (int) Math.max(1, (itemBytes + 1023) / 1024);
    }

    /** Returns the memory that this write and its record occupy, in bytes: an estimate. */
    public long heldBytes() {
        return json.length + source.heldBytes();
    }
}
