package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.MappingResult;
import io.sidetrack.writer.model.Rejection;
import io.sidetrack.writer.model.SourceRecord;
import io.sidetrack.writer.model.Write;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Decides what is sent to DynamoDB, and when. One per stream thread, for all its partitions, so that sparse partitions
 * fill batches together.
 *
 * <p>A batch goes when it is full; when its oldest write has waited for the flush interval; at once while nothing is in
 * flight (so that a quiet topic pays one round trip and not a second of waiting, as in Nagle's algorithm); and at once
 * while draining. What an answer means is decided by {@link BatchCompletion}. Not thread-safe: the caller holds one lock around
 * every call. Times are of one monotonic clock, in ns.
 */
public final class WriteBuffer {
    private final BufferLimits limits;
    private final WriteBudget budget;
    private final BufferEvents events;

    private final HeldRecords held;
    private final TableLoad load;
    private final ReadAheadLimit readAhead;
    /** Every key that has a write waiting or busy. */
    private final KeyQueue queue;
    /** Parts of refused batches; their keys are busy. */
    private final BisectionQueue suspects = new BisectionQueue();

    private final DeadLetterQueue deadLetters;
    private final BatchCompletion settlement;
    /** Batches that were sent and not answered. No key is in two of them. */
    private final IdentityHashMap<Batch, InFlight> inFlight = new IdentityHashMap<>();

    /**
     * A batch on its way.
     *
     * @param reservedUnits of the budget
     * @param sentNanos when it was sent
     */
    private record InFlight(double reservedUnits, long sentNanos) {}

    private boolean draining;
    /** When the budget allows the next batch; {@link Long#MAX_VALUE} if none waits for it. */
    private long budgetOpensNanos = Long.MAX_VALUE;

    /** @param budget shared with the buffers of other threads */
    public WriteBuffer(BufferLimits limits, Backoffs backoffs, WriteBudget budget, BufferEvents events) {
        this.limits = limits;
        this.budget = budget;
        this.events = events;
        this.held = new HeldRecords(events, budget, limits.maxRejectedPercent());
        this.load = new TableLoad(limits.maxInFlight(), budget, limits.batchSize());
        this.readAhead = new ReadAheadLimit(limits, held, load, budget);
        this.queue = new KeyQueue(limits.precedence(), held);
        this.deadLetters = new DeadLetterQueue(backoffs.deadLetter().toNanos());
        this.settlement = new BatchCompletion(queue, suspects, deadLetters, held, load, backoffs, events);
    }

    /** Takes in a record: its write waits for a batch, or its rejection becomes a dead letter. */
    public void add(MappingResult mapped, long nowNanos) {
        mapped.match(new MappingResult.Cases() {
            @Override
            public void accepted(Write write) {
                held.received(write);
                queue.add(write, nowNanos);
            }

            @Override
            public void rejected(SourceRecord source, Rejection rejection) {
                DeadLetter deadLetter = new DeadLetter(source, rejection, nowNanos);
                held.receivedUnwritable(deadLetter);
                deadLetters.add(deadLetter);
            }
        });
    }

    /**
     * The batches to send now, in this order. They are in flight from here on, and each must be completed exactly once.
     */
    public List<Batch> ready(long nowNanos) {
        queue.endDelays(nowNanos);
        budgetOpensNanos = Long.MAX_VALUE;
        List<Batch> batches = new ArrayList<>();
        while (hasSlot() && (suspects.isDue(nowNanos) || mustGo(nowNanos))) {
            if (!budget.isOpen(nowNanos)) {
                budgetOpensNanos = budget.opensAtNanos(nowNanos);
                break;
            }
            Batch batch = suspects.isDue(nowNanos)
                    ? Batch.of(load.nextBatch(), suspects.take())
                    : Batch.of(load.nextBatch(), queue.take(limits.batchSize(), limits.batchBytes()));
            inFlight.put(batch, new InFlight(budget.reserve(batch.writeUnits()), nowNanos));
            batches.add(batch);
            events.sent(batch);
        }
        return batches;
    }

    private boolean hasSlot() {
        return inFlight.size() < load.maxInFlight();
    }

    private boolean mustGo(long nowNanos) {
        if (queue.sendable() == 0) {
            return false;
        }
        return queue.sendable() >= limits.batchSize()
                || queue.sendableBytes() >= limits.batchBytes()
                || draining
                || inFlight.isEmpty()
                || nowNanos - queue.firstSendableSince()
                        >= limits.flushInterval().toNanos();
    }

    /**
     * Takes the answer to a batch.
     *
     * @throws IllegalStateException if the batch is not in flight, or the outcome does not match it. The buffer must not
     *     be used any further: what it holds may never finish
     */
    public void complete(Batch batch, BatchOutcome outcome, long nowNanos) {
        InFlight sent = inFlight.remove(batch);
        if (sent == null) {
            throw new IllegalStateException("this batch is not in flight");
        }
        double charged = WriteUnitCharge.of(batch, outcome);
        budget.settle(sent.reservedUnits, batch.writeUnits(), charged, nowNanos);
        events.charged(charged);
        settlement.settle(batch, outcome, nowNanos);
    }

    /**
     * Hands over the dead letters that are to be sent; each must be reported acknowledged or failed, once. None while so
     * many records are rejected that the records are not to blame.
     */
    public List<DeadLetter> takeDeadLetters(long nowNanos) {
        return isAlarmed() ? List.of() : deadLetters.take(nowNanos);
    }

    /** The dead-letter topic has it: the record is finished. */
    public void deadLetterAcknowledged(DeadLetter deadLetter, long nowNanos) {
        deadLetters.acknowledged(deadLetter);
        held.deadLettered(deadLetter, nowNanos);
    }

    /** The dead-letter topic does not have it: it is handed over again, after a delay. */
    public void deadLetterFailed(DeadLetter deadLetter, long nowNanos) {
        held.failed();
        if (!deadLetters.failed(deadLetter, nowNanos)) {
            held.forgotten(deadLetter);
        }
    }

    /** Whether most of the last records were rejected; then the writer must stop, and an operator look into it. */
    public boolean isAlarmed() {
        return held.areMostlyRejected();
    }

    /**
     * Drops what waits from a partition that now has another owner: the owner reads it again, and a write of it from
     * here could land on top of a newer one from there. What is in flight cannot be called back, but is not tried again.
     */
    public void forget(String topic, int partition, long nowNanos) {
        settlement.disown(inFlight.keySet(), topic, partition);
        for (Write write : suspects.forget(topic, partition)) {
            held.forgotten(write);
            queue.free(write.key(), nowNanos);
        }
        queue.forget(topic, partition).forEach(held::forgotten);
        deadLetters.forget(topic, partition).forEach(held::forgotten);
    }

    /** While draining, batches do not wait to be full. */
    public void drain(boolean on) {
        draining = on;
    }

    /** Whether every record that was taken in is finished. */
    public boolean isEmpty() {
        return held.records() == 0;
    }

    /** Whether no more records should come in until some are finished. They may: the bound is the caller's to keep. */
    public boolean isFull(long nowNanos) {
        return readAhead.isFull(nowNanos);
    }

    /** Whether enough is finished since the buffer was full that reading is worthwhile; never while it is full. */
    public boolean hasRoom(long nowNanos) {
        return readAhead.hasRoom(nowNanos);
    }

    /** Whether nothing is on its way to the table. */
    public boolean isQuiet() {
        return inFlight.isEmpty();
    }

    /** Whether nothing of a partition is on its way to the table. */
    public boolean isQuiet(String topic, int partition) {
        return inFlight.keySet().stream()
                .flatMap(batch -> batch.writes().stream())
                .noneMatch(write -> write.source().isFrom(topic, partition));
    }

    /**
     * When to call {@link #ready} and {@link #takeDeadLetters} next, if nothing else happens before;
     * {@link Long#MAX_VALUE} for never. Later than the last call of them: what is due and could not go waits for an answer
     * or for the budget, and not for a time.
     */
    public long nextDueNanos() {
        long next = Math.min(queue.nextDelayEnd(), budgetOpensNanos);
        if (hasSlot() && budgetOpensNanos == Long.MAX_VALUE) {
            next = Math.min(next, suspects.nextDue());
        }
        return isAlarmed() ? next : Math.min(next, deadLetters.nextDueNanos());
    }

    /** What has happened so far, and what is awaited. */
    public Activity activity(long nowNanos) {
        long oldestSent = nowNanos;
        for (InFlight some : inFlight.values()) {
            oldestSent = Math.min(oldestSent, some.sentNanos);
        }
        return new Activity(
                held.finished(), held.failures(), nowNanos - oldestSent, deadLetters.sent(), nextDueNanos());
    }

    /** How the buffer stands. */
    public BufferState state(long nowNanos) {
        return new BufferState(
                held.records(),
                held.bytes(),
                inFlight.size(),
                load.maxInFlight(),
                deadLetters.size(),
                nowNanos - Math.min(queue.oldestSince(nowNanos), deadLetters.oldestSince(nowNanos)));
    }
}
