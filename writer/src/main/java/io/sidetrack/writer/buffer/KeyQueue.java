package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.ItemKey;
import io.sidetrack.writer.model.Write;
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
 * The keys that have something to write, in the order in which it may be sent. Keeps W2: of one key one write waits at
 * most, and none is handed out while another is busy. Not thread-safe.
 */
final class KeyQueue {
    private final Precedence precedence;
    private final HeldRecords held;
    private final Map<ItemKey, KeySlot> slots = new HashMap<>();
    /** Those whose waiting write may be sent now. None is here twice, busy, or delayed. */
    private final Deque<KeySlot> sendable = new ArrayDeque<>();
    /** JSON bytes of the writes that {@link #sendable} stands for. */
    private long sendableBytes;
    /** Those that are delayed, by when that ends. */
    private final PriorityQueue<Delay> delays = new PriorityQueue<>(Comparator.comparingLong(Delay::untilNanos));

    private record Delay(KeySlot slot, long untilNanos) {}

    KeyQueue(Precedence precedence, HeldRecords held) {
        this.precedence = precedence;
        this.held = held;
    }

    /** A new write waits for its turn, unless one that waits already takes precedence; the loser is finished. */
    void add(Write write, long nowNanos) {
        KeySlot slot = slots.computeIfAbsent(write.key(), KeySlot::new);
        Write older = slot.waiting;
        if (older != null && !precedence.isForNewcomer(write, older)) {
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

    void endDelays(long nowNanos) {
        while (!delays.isEmpty() && delays.peek().untilNanos <= nowNanos) {
            KeySlot slot = delays.remove().slot;
            slot.delayed = false;
            enqueue(slot, nowNanos);
        }
    }

    /** The next writes, at least one; their keys are busy from here on. */
    List<Write> take(int most, int mostBytes) {
        List<Write> writes = new ArrayList<>(Math.min(most, sendable.size()));
        long bytes = 0;
        while (!sendable.isEmpty() && writes.size() < most) {
            KeySlot slot = sendable.peekFirst();
            int next = slot.waiting.json().length;
            if (!writes.isEmpty() && bytes + next > mostBytes) {
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

    /** The key's busy write is durable: its next failure counts as the first, and what waits behind may go. */
    void succeeded(ItemKey key, long nowNanos) {
        free(key, true, nowNanos);
    }

    /** The key is no longer busy, though nothing was written: what waits behind may go. */
    void free(ItemKey key, long nowNanos) {
        free(key, false, nowNanos);
    }

    private void free(ItemKey key, boolean succeeded, long nowNanos) {
        // Mostly nothing waits behind, and then nothing is left to know of the key.
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

    /** How many of these busy writes are tried for the first time since their key's last success. */
    int countFresh(List<Write> writes) {
        int fresh = 0;
        for (Write write : writes) {
            fresh += slots.get(write.key()).failures == 0 ? 1 : 0;
        }
        return fresh;
    }

    /** Counts a failed try of each. @return how often the one that has failed most has failed */
    int failed(List<Write> writes) {
        int most = 0;
        for (Write write : writes) {
            most = Math.max(most, ++slots.get(write.key()).failures);
        }
        return most;
    }

    /**
     * A busy write is to be sent again, not before a time. If another waits behind it, the one that takes precedence is
     * sent instead, and the other is finished.
     */
    void putBack(Write write, long untilNanos, long nowNanos) {
        KeySlot slot = slots.get(write.key());
        slot.busy = false;
        slot.delayed = true;
        delays.add(new Delay(slot, untilNanos));
        Write behind = slot.waiting;
        if (behind != null && precedence.isForNewcomer(behind, write)) {
            held.superseded(write, nowNanos);
            return;
        }
        slot.waiting = write;
        if (behind != null) {
            held.stale(behind, nowNanos);
        }
    }

    /** Drops what waits from a partition. @return what that was */
    List<Write> forget(String topic, int partition) {
        Set<KeySlot> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        for (KeySlot slot : slots.values()) {
            if (slot.waiting != null && slot.waiting.source().isFrom(topic, partition)) {
                gone.add(slot);
            }
        }
        sendable.removeIf(slot -> {
            if (gone.contains(slot)) {
                sendableBytes -= slot.waiting.json().length;
                return true;
            }
            return false;
        });
        delays.removeIf(delay -> gone.contains(delay.slot));
        List<Write> forgotten = new ArrayList<>(gone.size());
        for (KeySlot slot : gone) {
            forgotten.add(slot.waiting);
            slot.waiting = null;
            slot.delayed = false;
            if (!slot.busy) {
                slots.remove(slot.key);
            }
        }
        return forgotten;
    }

    int sendable() {
        return sendable.size();
    }

    long sendableBytes() {
        return sendableBytes;
    }

    /** Since when the first in the queue could be sent; only while there is one. */
    long firstSendableSince() {
        return sendable.peekFirst().sendableSinceNanos;
    }

    /** When the next delay ends; {@link Long#MAX_VALUE} for never. */
    long nextDelayEnd() {
        return delays.isEmpty() ? Long.MAX_VALUE : delays.peek().untilNanos;
    }

    /** When the busy record of a key came in. */
    long heldSince(ItemKey key) {
        return slots.get(key).sinceNanos;
    }

    /** When the oldest unfinished record came in; the given time if there is none. */
    long oldestSince(long nowNanos) {
        long oldest = nowNanos;
        for (KeySlot slot : slots.values()) {
            oldest = Math.min(oldest, slot.sinceNanos);
        }
        return oldest;
    }
}
