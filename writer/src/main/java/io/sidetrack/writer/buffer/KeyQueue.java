package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The keys that have a write waiting or busy, in the order in which their writes may be sent. Ensures W2: at most one write
 * of a key waits, and none is taken while another is busy. Not thread-safe.
 */
final class KeyQueue {
    private final Precedence precedence;
    private final HeldRecords held;
    private final Map<ItemKey, KeySlot> slots = new HashMap<>();
    /** The slots whose waiting write may be sent now. None is in the queue twice, busy, or delayed. */
    private final Deque<KeySlot> sendable = new ArrayDeque<>();
    /** The JSON bytes of the writes in {@link #sendable}. */
    private long sendableBytes;
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
            if (!slot.busy && !slot.delayed) {
                sendableBytes += write.json().length - older.json().length;
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
        sendable.addLast(slot);
        sendableBytes += slot.waiting.json().length;
    }

    /** Makes writes sendable once their delay has ended. */
    void endDelays(long nowNanos) {
        while (!delays.isEmpty() && delays.peek().untilNanos <= nowNanos) {
            KeySlot slot = delays.remove().slot;
            slot.delayed = false;
            enqueue(slot, nowNanos);
        }
    }

    /**
     * Takes the next writes, at least one if any is sendable. Their keys are busy from now on.
     *
     * @param maxBytes of JSON; a larger write is taken alone
     */
    List<Write> take(int max, int maxBytes) {
        List<Write> writes = new ArrayList<>(Math.min(max, sendable.size()));
        long bytes = 0;
        while (!sendable.isEmpty() && writes.size() < max) {
            KeySlot slot = sendable.peekFirst();
            int next = slot.waiting.json().length;
            if (!writes.isEmpty() && bytes + next > maxBytes) {
                break;
            }
            sendable.removeFirst();
            bytes += next;
            writes.add(slot.waiting);
            slot.waiting = null;
            slot.busy = true;
        }
        sendableBytes -= bytes;
        return writes;
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

    /** Drops the waiting writes of a partition. @return the dropped writes */
    List<Write> forget(String topic, int partition) {
        Set<KeySlot> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
        for (KeySlot slot : slots.values()) {
            if (slot.waiting != null && slot.waiting.source().isFrom(topic, partition)) {
                dropped.add(slot);
            }
        }
        sendable.removeIf(slot -> {
            if (dropped.contains(slot)) {
                sendableBytes -= slot.waiting.json().length;
                return true;
            }
            return false;
        });
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

    /** Returns how many writes are sendable. */
    int sendable() {
        return sendable.size();
    }

    long sendableBytes() {
        return sendableBytes;
    }

    /** When the first sendable write became sendable. Must not be called if there is none. */
    long firstSendableSince() {
        return sendable.peekFirst().sendableSinceNanos;
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
