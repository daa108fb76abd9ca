package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Keeps what follows from the names of an item's attributes, because most items of a lane have the same names. A cache has
 * {@value #SLOTS} slots; a list of names has one slot, from which it displaces another list, and long lists are not kept.
 * The memory is therefore bounded, whatever producers send. Thread-safe.
 *
 * @param <T> what follows from the names; immutable
 */
public final class NamesCache<T> {
    private static final int SLOTS = 256;
    /** Longer lists of names are not kept. */
    private static final int MAX_BYTES = 2048;

    private final AtomicReferenceArray<Entry<T>> entries = new AtomicReferenceArray<>(SLOTS);
    private final Function<List<String>, T> derive;

    /** @param names the names as they are in JSON, each followed by a quote, which a name contains only escaped */
    private record Entry<T>(byte[] names, T value) {}

    /** @param derive makes the value from the names, as they are in JSON and in the item's order */
    public NamesCache(Function<List<String>, T> derive) {
        this.derive = derive;
    }

    /** Returns the value for the names of an item, in the item's order. */
    public T get(byte[] item, ItemJson.Spans spans) {
        int hash = 0;
        int length = 0;
        for (int i = 0; i < spans.count(); i++) {
            int end = spans.nameEnd(i);
            for (int at = spans.nameStart(i); at < end; at++) {
                hash = 31 * hash + item[at];
            }
            hash = 31 * hash + '"';
            length += end - spans.nameStart(i) + 1;
        }
        int slot = Math.floorMod(hash ^ (hash >>> 16), SLOTS);
        Entry<T> entry = entries.get(slot);
        if (entry != null && entry.names.length == length && hasNames(entry.names, item, spans)) {
            return entry.value;
        }
        T value = derive.apply(names(item, spans));
        if (length <= MAX_BYTES) {
            entries.set(slot, new Entry<>(joined(item, spans, length), value));
        }
        return value;
    }

    private static boolean hasNames(byte[] names, byte[] item, ItemJson.Spans spans) {
        int at = 0;
        for (int i = 0; i < spans.count(); i++) {
            // The closing quote is compared as well, so that the names end at the same positions.
            int end = at + spans.nameEnd(i) + 1 - spans.nameStart(i);
            if (end > names.length || !Arrays.equals(names, at, end, item, spans.nameStart(i), spans.nameEnd(i) + 1)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    private static byte[] joined(byte[] item, ItemJson.Spans spans, int length) {
        byte[] joined = new byte[length];
        int at = 0;
        for (int i = 0; i < spans.count(); i++) {
            int bytes = spans.nameEnd(i) + 1 - spans.nameStart(i);
            System.arraycopy(item, spans.nameStart(i), joined, at, bytes);
            at += bytes;
        }
        return joined;
    }

    private static List<String> names(byte[] item, ItemJson.Spans spans) {
        List<String> names = new ArrayList<>(spans.count());
        for (int i = 0; i < spans.count(); i++) {
            names.add(new String(item, spans.nameStart(i), spans.nameEnd(i) - spans.nameStart(i), UTF_8));
        }
        return names;
    }
}
