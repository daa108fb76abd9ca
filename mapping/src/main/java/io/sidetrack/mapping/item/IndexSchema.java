package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The attributes that matter to a table's secondary indexes, and the entries that an item has in them. Created once for all
 * records; immutable and thread-safe. Without indexes, no attribute matters, and the cost for a record is that of an empty
 * loop.
 *
 * <p>An attribute that matters has a number. The encoders note the size of each in a {@link Sizes}.
 */
final class IndexSchema {
    private static final Sizes NO_SIZES = new Sizes(0);

    /** The names of the attributes that matter, in UTF-8, by number. */
    private final byte[][] names;

    private final Map<String, Integer> numbers = new HashMap<>();
    /** The attributes of index keys that do not belong to the table's own key, by number; null for other attributes. */
    private final KeyAttribute[] keys;
    /** The attributes of the table's own key that an index limits to a shorter length. */
    private final List<KeyAttribute> shorterKeys;

    private final List<Entry> entries;

    /** How to determine an item's entry in one index, with attributes by number. */
    private record Entry(long bit, int[] keys, int[] projected, boolean isAll) {}

    IndexSchema(TableSchema schema) {
        Set<String> all = new LinkedHashSet<>();
        for (SecondaryIndex index : schema.indexes()) {
            all.addAll(index.keys());
            schema.keyAttributes().forEach(key -> all.add(key.name()));
            index.included().ifPresent(all::addAll);
        }
        this.names = new byte[all.size()][];
        this.keys = new KeyAttribute[all.size()];
        for (String name : all) {
            names[numbers.size()] = name.getBytes(UTF_8);
            numbers.put(name, numbers.size());
        }
        List<KeyAttribute> shorter = new ArrayList<>();
        for (KeyAttribute key : schema.indexKeys()) {
            if (!schema.isKey(key.name())) {
                keys[numbers.get(key.name())] = key;
            } else if (schema.keyAttributes().stream()
                    .anyMatch(own -> own.name().equals(key.name()) && own.maxBytes() > key.maxBytes())) {
                shorter.add(key);
            }
        }
        this.shorterKeys = List.copyOf(shorter);
        List<Entry> found = new ArrayList<>();
        for (SecondaryIndex index : schema.indexes()) {
            Set<String> projected = new LinkedHashSet<>(
                    schema.keyAttributes().stream().map(KeyAttribute::name).toList());
            projected.addAll(index.keys());
            index.included().ifPresent(projected::addAll);
            found.add(new Entry(
                    IndexEntries.bit(found.size()),
                    numbers(index.keys()),
                    numbers(List.copyOf(projected)),
                    index.included().isEmpty()));
        }
        this.entries = List.copyOf(found);
    }

    private int[] numbers(List<String> some) {
        return some.stream().mapToInt(numbers::get).toArray();
    }

    /** The sizes of an item's attributes that matter, name and value together; 0 for one that the item does not have. */
    static final class Sizes {
        private final int[] bytes;

        private Sizes(int count) {
            this.bytes = new int[count];
        }

        /** @param number the attribute's number; negative for an attribute that does not matter */
        void set(int number, long size) {
            if (number >= 0) {
                bytes[number] = (int) Math.min(Integer.MAX_VALUE, size);
            }
        }
    }

    /** Returns the sizes of an item without attributes. */
    Sizes sizes() {
        return names.length == 0 ? NO_SIZES : new Sizes(names.length);
    }

    /** Returns the number of the attribute with this name; -1 if it does not matter. */
    int number(byte[] in, int start, int end) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].length == end - start && Arrays.equals(in, start, end, names[i], 0, names[i].length)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the number of the attribute with this name; -1 if it does not matter. */
    int number(String name) {
        return names.length == 0 ? -1 : numbers.getOrDefault(name, -1);
    }

    /**
     * Returns the attribute with this number if it belongs to the key of an index, and not to that of the table; otherwise
     * null.
     *
     * @param number may be negative
     */
    KeyAttribute key(int number) {
        return number < 0 ? null : keys[number];
    }

    /** Rejects a value of the table's own key that is too long for an index. */
    void requireFits(KeyAttribute attribute, KeyValue value) throws RejectedException {
        for (KeyAttribute shorter : shorterKeys) {
            if (shorter.name().equals(attribute.name())) {
                value.requireFits(shorter);
            }
        }
    }

    /**
     * Returns the entries of an item.
     *
     * @param sizes of all its attributes that matter
     * @param itemBytes its size
     */
    IndexEntries entries(Sizes sizes, int itemBytes) {
        if (entries.isEmpty()) {
            return IndexEntries.NONE;
        }
        long indexes = 0;
        int units = 0;
        for (Entry entry : entries) {
            if (hasAll(sizes, entry.keys)) {
                indexes |= entry.bit;
                units += Write.writeUnits(entry.isAll ? itemBytes : sum(sizes, entry.projected));
            }
        }
        return indexes == 0 ? IndexEntries.NONE : new IndexEntries(indexes, units);
    }

    private static boolean hasAll(Sizes sizes, int[] some) {
        for (int number : some) {
            if (sizes.bytes[number] == 0) {
                return false;
            }
        }
        return true;
    }

    private static long sum(Sizes sizes, int[] some) {
        long sum = 0;
        for (int number : some) {
            sum += sizes.bytes[number];
        }
        return sum;
    }
}
