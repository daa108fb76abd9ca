package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The keys that have a write waiting or busy, in the order in which their writes may be sent. Ensures W2: at most one write
 * of a key waits, and none is taken while another is busy. Not thread-safe.
 */
final class KeyQueue {
    private final Precedence precedence;
    private final HeldRecords held;
    private final Map<ItemKey, KeySlot> slots = new HashMap<>();
    /** The slots whose waiting write may be sent now, except those in {@link #apart}. */
    private final SendQueue sendable = new SendQueue();
    /** The same for writes that a throttled index or a hot key range concerns, which are sent in batches of their own. */
    private final SendQueue apart = new SendQueue();
    /** The indexes that currently throttle, by {@link io.sidetrack.mapping.model.IndexEntries#bit}. */
    private long throttledIndexes;
    /** The slots that are delayed, ordered by the end of the delay. */
    private final PriorityQueue<Delay> delays = new PriorityQueue<>(Comparator.comparingLong(Delay::untilNanos));

    private record Delay(KeySlot slot, long untilNanos) {}

    KeyQueue(Precedence precedence, HeldRecords held) {
        this.precedence = precedence;
        this.held = held;
    }

    /** Adds a write. If another write of its key waits, the one that takes precedence is kept, and the other is finished. */
    void add(Write write, long nowNanos) {
        KeySlot slot = slots.computeIfAbsent(write.key(), KeySlot::new);
        Write older = slot.waiting;
        if (older != null && !precedence.prefersNewer(write, older)) {
            held.stale(write, nowNanos);
            return;
        }
        slot.waiting = write;
        if (older != null) {
            held.superseded(older, nowNanos);
            if (slot.queue != null) {
                slot.queue.replaced(older, write);
            }
        } else if (slot.busy) {
            slot.behindSinceNanos = nowNanos;
        } else {
            slot.sinceNanos = nowNanos;
            enqueue(slot, nowNanos);
        }
    }

    private void enqueue(KeySlot slot, long nowNanos) {
        slot.sendableSinceNanos = nowNanos;
        (isApart(slot, slot.waiting) ? apart : sendable).add(slot);
    }

    private boolean isApart(KeySlot slot, Write write) {
        return slot.isHot || (write.entries().indexes() & throttledIndexes) != 0;
    }

    /** Whether a throttled index or a hot key range concerns a busy write. */
    boolean isApart(Write write) {
        return isApart(slots.get(write.key()), write);
    }

    /** A hot key range has throttled these busy writes: until they succeed, they are sent apart from others. */
    void markHot(List<Write> writes) {
        for (Write write : writes) {
            slots.get(write.key()).isHot = true;
        }
    }

    /** Sets which indexes throttle. The order of the writes of a key does not change: at most one of them is sendable. */
    void setThrottledIndexes(long mask) {
        boolean more = (mask & ~throttledIndexes) != 0;
        throttledIndexes = mask;
        if (more) {
            sendable.remove(slot -> isApart(slot, slot.waiting)).forEach(apart::add);
        }
    }

    /** Makes writes sendable once their delay has ended. */
    void endDelays(long nowNanos) {
        while (!delays.isEmpty() && delays.peek().untilNanos <= nowNanos) {
            KeySlot slot = delays.remove().slot;
            slot.delayed = false;
            enqueue(slot, nowNanos);
        }
    }

    /** The key's busy write is durable: the next failure counts as the first, and the write behind it becomes sendable. */
    void succeeded(ItemKey key, long nowNanos) {
        free(key, true, nowNanos);
    }

    /** The key is no longer busy, although nothing was written: the write behind it becomes sendable. */
    void free(ItemKey key, long nowNanos) {
        free(key, false, nowNanos);
    }

    private void free(ItemKey key, boolean succeeded, long nowNanos) {
        // Usually, no write waits behind, and the slot is no longer needed.
        KeySlot slot = slots.remove(key);
        slot.busy = false;
        if (slot.waiting != null) {
            if (succeeded) {
                slot.failures = 0;
                slot.isHot = false;
            }
            slots.put(key, slot);
            slot.sinceNanos = slot.behindSinceNanos;
            enqueue(slot, nowNanos);
        }
    }

    /** Returns how many of these busy writes are first attempts since their key's last success. */
    int countFirstAttempts(List<Write> writes) {
        int count = 0;
        for (Write write : writes) {
            count += slots.get(write.key()).failures == 0 ? 1 : 0;
        }
        return count;
    }

    /** Counts a failed attempt for each write. @return the highest number of failed attempts among them */
    int failed(List<Write> writes) {
        int highest = 0;
        for (Write write : writes) {
            highest = Math.max(highest, ++slots.get(write.key()).failures);
        }
        return highest;
    }

    /**
     * Puts back a busy write, which must not be sent again before a time. If another write waits behind it, the one that
     * takes precedence is kept, and the other is finished.
     */
    void putBack(Write write, long untilNanos, long nowNanos) {
        KeySlot slot = slots.get(write.key());
        slot.busy = false;
        slot.delayed = true;
        delays.add(new Delay(slot, untilNanos));
        Write behind = slot.waiting;
        if (behind != null && precedence.prefersNewer(behind, write)) {
            held.superseded(write, nowNanos);
            return;
        }
        slot.waiting = write;
        if (behind != null) {
            held.stale(behind, nowNanos);
        }
    }

    /** Passes all waiting writes to a consumer. */
    void forEachWaiting(Consumer<Write> to) {
        for (KeySlot slot : slots.values()) {
            if (slot.waiting != null) {
                to.accept(slot.waiting);
            }
        }
    }

    /** Drops the waiting writes of a partition. @return the dropped writes */
    List<Write> forget(String topic, int partition) {
        Set<KeySlot> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
        for (KeySlot slot : slots.values()) {
            if (slot.waiting != null && slot.waiting.source().isFrom(topic, partition)) {
                dropped.add(slot);
            }
        }
        sendable.remove(dropped::contains);
        apart.remove(dropped::contains);
        delays.removeIf(delay -> dropped.contains(delay.slot));
        List<Write> writes = new ArrayList<>(dropped.size());
        for (KeySlot slot : dropped) {
            writes.add(slot.waiting);
            slot.waiting = null;
            slot.delayed = false;
            if (!slot.busy) {
                slots.remove(slot.key);
            }
        }
        return writes;
    }

    /** The writes that may be sent now, except those that are sent apart. */
    SendQueue sendable() {
        return sendable;
    }

    /** The writes that may be sent now, apart from the others. */
    SendQueue apart() {
        return apart;
    }

    /** When the next delay ends; {@link Long#MAX_VALUE} if there is none. */
    long nextDelayEnd() {
        return delays.isEmpty() ? Long.MAX_VALUE : delays.peek().untilNanos;
    }

    /** When the record of a key's busy write was received. */
    long heldSince(ItemKey key) {
        return slots.get(key).sinceNanos;
    }

    /** When the oldest unfinished record was received; the given time if there is none. */
    long oldestSince(long nowNanos) {
        long oldest = nowNanos;
        for (KeySlot slot : slots.values()) {
            oldest = Math.min(oldest, slot.sinceNanos);
        }
        return oldest;
    }
}
