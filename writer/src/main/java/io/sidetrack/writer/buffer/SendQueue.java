package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** Keys whose waiting write may be sent now, in their order. No key is in it twice, busy, or delayed. Not thread-safe. */
final class SendQueue {
    private final Deque<KeySlot> slots = new ArrayDeque<>();
    /** The JSON bytes of the writes. */
    private long bytes;

    void add(KeySlot slot) {
        slot.queue = this;
        slots.addLast(slot);
        bytes += slot.waiting.json().length;
    }

    /** The write of a key in this queue was replaced by another. */
    void replaced(Write older, Write newer) {
        bytes += newer.json().length - older.json().length;
    }

    /**
     * Takes the next writes, at least one if there is any. Their keys are busy from now on.
     *
     * @param maxBytes of JSON; a larger write is taken alone
     */
    List<Write> take(int max, int maxBytes) {
        List<Write> writes = new ArrayList<>(Math.min(max, slots.size()));
        long taken = 0;
        while (!slots.isEmpty() && writes.size() < max) {
            KeySlot slot = slots.peekFirst();
            int next = slot.waiting.json().length;
            if (!writes.isEmpty() && taken + next > maxBytes) {
                break;
            }
            slots.removeFirst();
            taken += next;
            writes.add(slot.waiting);
            slot.waiting = null;
            slot.queue = null;
            slot.busy = true;
        }
        bytes -= taken;
        return writes;
    }

    /** Removes keys. @return the removed ones, in their order */
    List<KeySlot> remove(Predicate<KeySlot> which) {
        List<KeySlot> removed = new ArrayList<>();
        for (Iterator<KeySlot> all = slots.iterator(); all.hasNext(); ) {
            KeySlot slot = all.next();
            if (which.test(slot)) {
                all.remove();
                bytes -= slot.waiting.json().length;
                slot.queue = null;
                removed.add(slot);
            }
        }
        return removed;
    }

    int size() {
        return slots.size();
    }

    long bytes() {
        return bytes;
    }

    /** When the first write became sendable. Must not be called if there is none. */
    long firstSince() {
        return slots.peekFirst().sendableSinceNanos;
    }
}
