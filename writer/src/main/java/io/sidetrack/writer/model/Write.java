package io.sidetrack.writer.model;

/**
 * One write that DynamoDB can be asked for.
 *
 * @param key the item's identity
 * @param kind whether {@code json} is an item to put or a key to delete
 * @param json the item, or the key, in DynamoDB's JSON ({@code {"id":{"S":"x"}}}), UTF-8; not copied, never changed
 * @param itemBytes the item's size as DynamoDB counts it (names and values), 409,600 at most
 * @param version how new it is; {@link Version#NONE} if nobody asks
 * @param source the record that asked for it
 */
public record Write(ItemKey key, Kind kind, byte[] json, int itemBytes, Version version, SourceRecord source) {
    /** What a write does. */
    public enum Kind {
        /** Replaces the whole item. */
        PUT,
        /** Removes the item, if there is one. */
        DELETE
    }

    /** What it costs at least: a write unit for each KB begun (read/write capacity, developer guide). */
    public int writeUnits() {
        return writeUnits(itemBytes);
    }

    /** The write units of an item of this size, at least: one for each KB begun. */
    public static int writeUnits(long itemBytes) {
        return (int) Math.max(1, (itemBytes + 1023) / 1024);
    }

    /** What this write holds in memory, in bytes, near enough to bound a buffer with: its JSON and its record. */
    public long heldBytes() {
        return json.length + source.heldBytes();
    }
}
