package io.sidetrack.ops.cost;

import io.sidetrack.mapping.settings.WriteMode;
import java.util.OptionalInt;

/**
 * How many write units a record consumes. Pure.
 *
 * @param mode the writer's mode: guarded writes also pay for conditions that fail
 * @param indexes the number of global secondary indexes that an item is in
 * @param indexBytes the average size of an item's entry in an index; empty for the size of the item
 * @param existing the share of keys that the table contains already, from 0 to 1
 */
public record WriteModel(WriteMode mode, int indexes, OptionalInt indexBytes, double existing) {
    private static final int UNIT_BYTES = 1024;
    /** The names and values of the attributes that the version guard adds to an item. */
    private static final int VERSION_BYTES = 110;

    /**
     * The cost of one record.
     *
     * @param written the write units of the writes that change the table and its indexes, on average
     * @param failed the write units of the writes whose condition fails, on average
     */
    public record Units(double written, double failed) {
        /** All write units. */
        public double total() {
            return written + failed;
        }

        /** The sum of both. */
        public Units plus(Units other) {
            return new Units(written + other.written, failed + other.failed);
        }

        /** The cost of a number of such records. */
        public Units times(double records) {
            return new Units(written * records, failed * records);
        }
    }

    /**
     * The cost of a record.
     *
     * @param itemBytes the size of its item, without the version
     */
    public Units of(long itemBytes) {
        long bytes = mode == WriteMode.NEWEST_WINS ? itemBytes + VERSION_BYTES : itemBytes;
        double item = units(bytes);
        double entries = (double) indexes * units(indexBytes.isPresent() ? indexBytes.getAsInt() : bytes);
        return switch (mode) {
            case OVERWRITE -> new Units(item + entries, 0);
            // The insert of a key that exists changes nothing, but is charged.
            case KEEP_EXISTING -> new Units((1 - existing) * (item + entries), existing * item);
            // A key that exists is inserted in vain first, and then overwritten.
            case NEWEST_WINS -> new Units(item + entries, existing * item);
        };
    }

    /**
     * The cost of a record that deletes an item.
     *
     * @param keyBytes the size of its key: that of the item is not known
     */
    public Units ofDelete(long keyBytes) {
        return mode == WriteMode.KEEP_EXISTING ? new Units(0, 0) : of(keyBytes);
    }

    /**
     * The write units of a record that the table itself provides. Indexes have a capacity of their own.
     *
     * @param itemBytes the size of its item, without the version
     */
    public double ofTable(long itemBytes) {
        return new WriteModel(mode, 0, indexBytes, existing).of(itemBytes).total();
    }

    /** A write unit for each started KB, and at least one. */
    private static long units(long bytes) {
        return Math.max(1, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    }
}
