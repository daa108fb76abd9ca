package io.sidetrack.writer.buffer;

import io.sidetrack.writer.item.ItemKey;
import io.sidetrack.writer.item.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The keys that have something to write, in the order in which it may be sent. Keeps W2: of one key one write waits at
 * most, and none is handed out while another is busy. Not thread-safe.
 */
final class KeyQueue {
    private final Map<ItemKey, KeySlot> slots = new HashMap<>();
    /** Keys whose waiting write may be sent now. None is here twice, busy, or delayed. */
    private final Deque<ItemKey> sendable = new ArrayDeque<>();
    /** JSON bytes of the writes that {@link #sendable} stands for. */
    private long sendableBytes;
    /** The keys that are delayed, by when that ends. */
    private final PriorityQueue<Delay> delays = new PriorityQueue<>(Comparator.comparingLong(Delay::untilNanos));

    private record Delay(ItemKey key, long untilNanos) {}

    /** A new write waits for its turn. @return the older one of its key that it has replaced */
    Optional<Write> add(Write write, long nowNanos) {
        KeySlot slot = slots.computeIfAbsent(write.key(), key -> new KeySlot());
        Write older = slot.waiting;
        slot.waiting = write;
        if (older != null) {
            if (!slot.busy && !slot.delayed) {
                sendableBytes += write.json().length - older.json().length;
            }
        } else if (slot.busy) {
            slot.behindSinceNanos = nowNanos;
        } else {
            slot.sinceNanos = nowNanos;
            enqueue(write.key(), slot, nowNanos);
        }
        return Optional.ofNullable(older);
    }

    private void enqueue(ItemKey key, KeySlot slot, long nowNanos) {
        slot.sendableSinceNanos = nowNanos;
        sendable.addLast(key);
        sendableBytes += slot.waiting.json().length;
    }

    void endDelays(long nowNanos) {
        while (!delays.isEmpty() && delays.peek().untilNanos <= nowNanos) {
            ItemKey key = delays.remove().key;
            KeySlot slot = slots.get(key);
            slot.delayed = false;
            enqueue(key, slot, nowNanos);
        }
    }

    /** The next writes, at least one; their keys are busy from here on. */
    List<Write> take(int most, int mostBytes) {
        List<Write> writes = new ArrayList<>(Math.min(most, sendable.size()));
        long bytes = 0;
        while (!sendable.isEmpty() && writes.size() < most) {
            KeySlot slot = slots.get(sendable.peekFirst());
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

    /** The key's busy write is durable: its next failure counts as the first. */
    void succeeded(ItemKey key) {
        slots.get(key).failures = 0;
    }

    /** The key is no longer busy: what waits behind may go, or nothing is left to know of the key. */
    void free(ItemKey key, long nowNanos) {
        KeySlot slot = slots.get(key);
        slot.busy = false;
        if (slot.waiting == null) {
            slots.remove(key);
        } else {
            slot.sinceNanos = slot.behindSinceNanos;
            enqueue(key, slot, nowNanos);
        }
    }

    /** Counts a failed try of each. @return how often the one that has failed most has failed */
    int failed(List<Write> writes) {
        int most = 0;
        for (Write write : writes) {
            most = Math.max(most, ++slots.get(write.key()).failures);
        }
        return most;
    }

    /** A busy write is to be sent again, not before a time. @return whether it is; if not, a newer one takes its place */
    boolean putBack(Write write, long untilNanos) {
        KeySlot slot = slots.get(write.key());
        slot.busy = false;
        slot.delayed = true;
        delays.add(new Delay(write.key(), untilNanos));
        if (slot.waiting != null) {
            return false;
        }
        slot.waiting = write;
        return true;
    }

    /** Drops what waits from a partition. @return what that was */
    List<Write> forget(String topic, int partition) {
        Set<ItemKey> gone = new HashSet<>();
        slots.forEach((key, slot) -> {
            if (slot.waiting != null && slot.waiting.origin().isFrom(topic, partition)) {
                gone.add(key);
            }
        });
        sendable.removeIf(key -> {
            if (gone.contains(key)) {
                sendableBytes -= slots.get(key).waiting.json().length;
                return true;
            }
            return false;
        });
        delays.removeIf(delay -> gone.contains(delay.key));
        List<Write> forgotten = new ArrayList<>(gone.size());
        for (ItemKey key : gone) {
            KeySlot slot = slots.get(key);
            forgotten.add(slot.waiting);
            slot.waiting = null;
            slot.delayed = false;
            if (!slot.busy) {
                slots.remove(key);
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
        return slots.get(sendable.peekFirst()).sendableSinceNanos;
    }

    /** When the next delay ends; {@link Long#MAX_VALUE} for never. */
    long nextDelayEnd() {
        return delays.isEmpty() ? Long.MAX_VALUE : delays.peek().untilNanos;
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
