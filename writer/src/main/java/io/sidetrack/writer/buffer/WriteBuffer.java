package io.sidetrack.writer.buffer;

import io.sidetrack.writer.item.ItemKey;
import io.sidetrack.writer.item.Mapped;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.Reason;
import io.sidetrack.writer.item.Rejection;
import io.sidetrack.writer.item.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Decides what is sent to DynamoDB, and when. One per stream thread, for all its partitions, so that sparse partitions
 * fill batches together.
 *
 * <p>A batch goes when it is full; when its oldest write has waited for the flush interval; at once while nothing is in
 * flight (so that a quiet topic pays one round trip and not a second of waiting, as in Nagle's algorithm); and at once
 * while draining. Not thread-safe: the caller holds one lock around every call. Times are of one monotonic clock, in ns.
 */
public final class WriteBuffer {
    private final BufferLimits limits;
    private final Backoff backoff;
    private final BufferEvents events;

    /** Every key that has a write waiting or busy. */
    private final Map<ItemKey, KeySlot> slots = new HashMap<>();
    /** Keys whose waiting write may be sent now. None is here twice, busy, or delayed. */
    private final Deque<ItemKey> sendable = new ArrayDeque<>();
    /** JSON bytes of the writes that {@link #sendable} stands for. */
    private long sendableBytes;
    /** The keys that are delayed, by when that ends. */
    private final PriorityQueue<Delay> delays = new PriorityQueue<>(Comparator.comparingLong(Delay::untilNanos));
    /** Parts of refused batches, by when they may be sent. Their keys are busy. */
    private final PriorityQueue<Suspects> suspects =
            new PriorityQueue<>(Comparator.comparingLong(Suspects::untilNanos));
    /** Sent and not answered. No key is in two of them, or in one of them and in {@link #suspects}. */
    private final Set<Batch> inFlight = new HashSet<>();
    /** Writes in flight whose partition has another owner by now: they are not tried again. By identity. */
    private final Set<Write> disowned = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Dead letters that nobody has taken yet. */
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    /** Dead letters that were taken and are not acknowledged. */
    private int deadLettersTaken;
    /** Records taken in and not finished: waiting, busy, or an unacknowledged dead letter. */
    private long heldRecords;
    /** What those records hold in memory. */
    private long heldBytes;

    private boolean draining;

    private record Delay(ItemKey key, long untilNanos) {}

    private record Suspects(List<Write> writes, int failures, long untilNanos) {}

    public WriteBuffer(BufferLimits limits, Backoff backoff, BufferEvents events) {
        this.limits = limits;
        this.backoff = backoff;
        this.events = events;
    }

    /** Takes in a record: its write waits for a batch, or its rejection becomes a dead letter. */
    public void add(Mapped mapped, long nowNanos) {
        events.received();
        heldRecords++;
        mapped.match(new Mapped.Cases() {
            @Override
            public void accepted(Write write) {
                heldBytes += write.heldBytes();
                await(write, nowNanos);
            }

            @Override
            public void rejected(Origin origin, Rejection rejection) {
                heldBytes += origin.heldBytes();
                deadLetters.add(new DeadLetter(origin, rejection));
            }
        });
    }

    private void await(Write write, long nowNanos) {
        KeySlot slot = slots.computeIfAbsent(write.key(), key -> new KeySlot());
        Write older = slot.waiting;
        slot.waiting = write;
        if (older != null) {
            if (!slot.busy && !slot.delayed) {
                sendableBytes += write.json().length - older.json().length;
            }
            release(older);
            events.superseded();
        } else if (slot.busy) {
            slot.behindSinceNanos = nowNanos;
        } else {
            slot.sinceNanos = nowNanos;
            enqueue(write.key(), slot, nowNanos);
        }
    }

    private void enqueue(ItemKey key, KeySlot slot, long nowNanos) {
        slot.sendableSinceNanos = nowNanos;
        sendable.addLast(key);
        sendableBytes += slot.waiting.json().length;
    }

    private void release(Write write) {
        heldRecords--;
        heldBytes -= write.heldBytes();
    }

    /**
     * The batches to send now, in this order. They are in flight from here on, and each must be completed exactly once.
     */
    public List<Batch> ready(long nowNanos) {
        endDelays(nowNanos);
        List<Batch> batches = new ArrayList<>();
        while (inFlight.size() < limits.maxInFlight()) {
            Batch batch;
            if (!suspects.isEmpty() && suspects.peek().untilNanos <= nowNanos) {
                Suspects part = suspects.remove();
                batch = Batch.suspect(part.writes, part.failures);
            } else if (mustGo(nowNanos)) {
                batch = Batch.of(take());
            } else {
                break;
            }
            inFlight.add(batch);
            batches.add(batch);
            events.sent(batch);
        }
        return batches;
    }

    private void endDelays(long nowNanos) {
        while (!delays.isEmpty() && delays.peek().untilNanos <= nowNanos) {
            ItemKey key = delays.remove().key;
            KeySlot slot = slots.get(key);
            slot.delayed = false;
            enqueue(key, slot, nowNanos);
        }
    }

    private boolean mustGo(long nowNanos) {
        if (sendable.isEmpty()) {
            return false;
        }
        return sendable.size() >= limits.batchSize()
                || sendableBytes >= limits.batchBytes()
                || draining
                || inFlight.isEmpty()
                || nowNanos - slots.get(sendable.peekFirst()).sendableSinceNanos
                        >= limits.flushInterval().toNanos();
    }

    private List<Write> take() {
        List<Write> writes = new ArrayList<>(Math.min(limits.batchSize(), sendable.size()));
        long bytes = 0;
        while (!sendable.isEmpty() && writes.size() < limits.batchSize()) {
            KeySlot slot = slots.get(sendable.peekFirst());
            int next = slot.waiting.json().length;
            if (!writes.isEmpty() && bytes + next > limits.batchBytes()) {
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

    /**
     * Takes the answer to a batch.
     *
     * @throws IllegalStateException if the batch is not in flight: it was completed before, and what is said of it now
     *     must not be believed
     */
    public void complete(Batch batch, BatchOutcome outcome, long nowNanos) {
        if (!inFlight.remove(batch)) {
            throw new IllegalStateException("this batch is not in flight");
        }
        outcome.match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes) {
                completeEach(batch.writes(), outcomes, nowNanos);
            }

            @Override
            public void retryAll(RetryCause cause) {
                List<Write> writes = stillOwned(batch.writes(), nowNanos);
                if (batch.isSuspect() && !writes.isEmpty()) {
                    int failures = batch.failures() + 1;
                    suspects.add(new Suspects(writes, failures, nowNanos + backoff.delayNanos(failures)));
                    events.retried(cause, writes.size());
                } else {
                    retry(writes, cause, nowNanos);
                }
            }

            @Override
            public void refused(String message) {
                isolate(batch, message, nowNanos);
            }
        });
    }

    private void completeEach(List<Write> writes, List<Outcome> outcomes, long nowNanos) {
        if (outcomes.size() != writes.size()) {
            throw new IllegalStateException(outcomes.size() + " outcomes for " + writes.size() + " writes");
        }
        Map<RetryCause, List<Write>> again = new HashMap<>();
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            outcomes.get(i).match(new Outcome.Cases() {
                @Override
                public void written() {
                    disowned.remove(write);
                    release(write);
                    events.written();
                    slots.get(write.key()).failures = 0;
                    free(write.key(), nowNanos);
                }

                @Override
                public void retry(RetryCause cause) {
                    again.computeIfAbsent(cause, any -> new ArrayList<>()).add(write);
                }
            });
        }
        again.forEach((cause, some) -> retry(stillOwned(some, nowNanos), cause, nowNanos));
    }

    /** Those of failed writes that are to be tried again; the others are forgotten. */
    private List<Write> stillOwned(List<Write> writes, long nowNanos) {
        if (disowned.isEmpty()) {
            return writes;
        }
        List<Write> owned = new ArrayList<>(writes.size());
        for (Write write : writes) {
            if (disowned.remove(write)) {
                forget(write, nowNanos);
            } else {
                owned.add(write);
            }
        }
        return owned;
    }

    private void forget(Write busy, long nowNanos) {
        release(busy);
        events.forgotten();
        free(busy.key(), nowNanos);
    }

    /** The key is no longer busy: what waits behind may go, or nothing is left to know of the key. */
    private void free(ItemKey key, long nowNanos) {
        KeySlot slot = slots.get(key);
        slot.busy = false;
        if (slot.waiting == null) {
            slots.remove(key);
        } else {
            slot.sinceNanos = slot.behindSinceNanos;
            enqueue(key, slot, nowNanos);
        }
    }

    /** One delay for all of them, so that they make one batch again. */
    private void retry(List<Write> writes, RetryCause cause, long nowNanos) {
        if (writes.isEmpty()) {
            return;
        }
        int failures = 0;
        for (Write write : writes) {
            failures = Math.max(failures, ++slots.get(write.key()).failures);
        }
        long untilNanos = nowNanos + backoff.delayNanos(failures);
        for (Write write : writes) {
            KeySlot slot = slots.get(write.key());
            slot.busy = false;
            slot.delayed = true;
            if (slot.waiting == null) {
                slot.waiting = write;
            } else {
                release(write);
                events.superseded();
            }
            delays.add(new Delay(write.key(), untilNanos));
        }
        events.retried(cause, writes.size());
    }

    /** Halves what was refused until the culprit stands alone; its neighbours are written (W3). */
    private void isolate(Batch refused, String message, long nowNanos) {
        List<Write> writes = stillOwned(refused.writes(), nowNanos);
        if (refused.writes().size() > 1) {
            int half = writes.size() / 2;
            suspect(writes.subList(0, half), nowNanos);
            suspect(writes.subList(half, writes.size()), nowNanos);
        } else if (!writes.isEmpty()) {
            bury(writes.get(0), message, nowNanos);
        }
    }

    private void suspect(List<Write> writes, long nowNanos) {
        if (!writes.isEmpty()) {
            suspects.add(new Suspects(writes, 0, nowNanos));
        }
    }

    private void bury(Write culprit, String message, long nowNanos) {
        // It stays held, as a dead letter now; only its JSON is let go.
        heldBytes -= culprit.json().length;
        deadLetters.add(new DeadLetter(culprit.origin(), new Rejection(Reason.REFUSED_BY_TABLE, message)));
        free(culprit.key(), nowNanos);
    }

    /** Hands over the dead letters that are to be sent; each must be reported acknowledged or failed, once. */
    public List<DeadLetter> takeDeadLetters() {
        List<DeadLetter> taken = List.copyOf(deadLetters);
        deadLetters.clear();
        deadLettersTaken += taken.size();
        return taken;
    }

    /** The dead-letter topic has it: the record is finished. */
    public void deadLetterAcknowledged(DeadLetter deadLetter) {
        deadLettersTaken--;
        heldRecords--;
        heldBytes -= deadLetter.origin().heldBytes();
        events.deadLettered(deadLetter.rejection());
    }

    /** The dead-letter topic does not have it: it is handed over again. */
    public void deadLetterFailed(DeadLetter deadLetter) {
        deadLettersTaken--;
        deadLetters.add(deadLetter);
    }

    /**
     * Drops what waits from a partition that now has another owner: the owner reads it again, and a write of it from
     * here could land on top of a newer one from there. What is in flight cannot be called back, but is not tried again.
     */
    public void forget(String topic, int partition, long nowNanos) {
        for (Batch batch : inFlight) {
            for (Write write : batch.writes()) {
                if (write.origin().isFrom(topic, partition)) {
                    disowned.add(write);
                }
            }
        }
        forgetSuspects(topic, partition, nowNanos);
        forgetWaiting(topic, partition);
    }

    private void forgetSuspects(String topic, int partition, long nowNanos) {
        List<Suspects> all = List.copyOf(suspects);
        suspects.clear();
        for (Suspects part : all) {
            List<Write> kept = new ArrayList<>(part.writes.size());
            for (Write write : part.writes) {
                if (write.origin().isFrom(topic, partition)) {
                    forget(write, nowNanos);
                } else {
                    kept.add(write);
                }
            }
            if (!kept.isEmpty()) {
                suspects.add(new Suspects(kept, part.failures, part.untilNanos));
            }
        }
    }

    private void forgetWaiting(String topic, int partition) {
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
        for (ItemKey key : gone) {
            KeySlot slot = slots.get(key);
            release(slot.waiting);
            events.forgotten();
            slot.waiting = null;
            slot.delayed = false;
            if (!slot.busy) {
                slots.remove(key);
            }
        }
    }

    /** While draining, batches do not wait to be full. */
    public void drain(boolean on) {
        draining = on;
    }

    /** Whether every record that was taken in is finished. */
    public boolean isEmpty() {
        return heldRecords == 0;
    }

    /** Whether no more records should come in until some are finished. They may: the bound is the caller's to keep. */
    public boolean isFull() {
        return heldRecords >= limits.maxRecords() || heldBytes >= limits.maxHeldBytes();
    }

    /** Whether so much is finished since the buffer was full that it is worth going on. */
    public boolean hasRoom() {
        return heldRecords <= limits.maxRecords() / 2 && heldBytes <= limits.maxHeldBytes() / 2;
    }

    /** When to call {@link #ready} next, if nothing else happens before; {@link Long#MAX_VALUE} for never. */
    public long nextDueNanos() {
        long due = delays.isEmpty() ? Long.MAX_VALUE : delays.peek().untilNanos;
        return suspects.isEmpty() ? due : Math.min(due, suspects.peek().untilNanos);
    }

    /** How the buffer stands. */
    public BufferState state(long nowNanos) {
        long oldest = nowNanos;
        for (KeySlot slot : slots.values()) {
            oldest = Math.min(oldest, slot.sinceNanos);
        }
        return new BufferState(
                heldRecords, heldBytes, inFlight.size(), deadLetters.size() + deadLettersTaken, nowNanos - oldest);
    }
}
