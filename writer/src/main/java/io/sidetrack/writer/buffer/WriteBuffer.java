package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Write;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Decides what is sent to DynamoDB, and when. Each stream thread has one buffer for all its partitions, so that sparse
 * partitions fill batches together.
 *
 * <p>A batch is sent when it is full; when its oldest write has waited for the flush interval; immediately while nothing is
 * in flight (so that a record of a quiet topic waits for one round trip instead of the flush interval, as in Nagle's
 * algorithm); and immediately while draining. {@link BatchCompletion} decides what an outcome means for each write. Not
 * thread-safe: the caller must hold one lock around every call. Times are in nanoseconds of one monotonic clock.
 */
public final class WriteBuffer {
    private final BufferLimits limits;
    private final WriteBudget budget;
    private final BufferEvents events;

    private final HeldRecords held;
    private final TableLoad load;
    private final ApartLoad apart;
    private final ThrottledIndexes throttledIndexes;
    private final ReadAheadLimit readAhead;
    /** The keys that have a write waiting or busy. */
    private final KeyQueue queue;
    /** The parts of refused batches; their keys are busy. */
    private final BisectionQueue bisection = new BisectionQueue();

    private final DeadLetterQueue deadLetters;
    private final EarlierWrites earlier = new EarlierWrites();
    private final ParkedQueue parked;
    /** The operator's settings when a record was parked last; see {@link #park}. */
    private long parkedUnder = -1;

    private final BatchCompletion completion;
    /** The batches that were sent and are not completed. No key is in two of them. */
    private final IdentityHashMap<Batch, InFlight> inFlight = new IdentityHashMap<>();

    /**
     * A batch in flight.
     *
     * @param reservedUnits the units reserved in the budget
     * @param reservedApart the units reserved in the budget of batches that are sent apart
     * @param sentNanos when it was sent
     */
    private record InFlight(double reservedUnits, double reservedApart, long sentNanos) {}

    private boolean draining;
    /** When the budget allows the next batch; {@link Long#MAX_VALUE} if no batch waits for it. */
    private long budgetOpensNanos = Long.MAX_VALUE;

    /**
     * @param budget shared by the buffers of all threads
     * @param throttled shared by the buffers of all threads
     */
    public WriteBuffer(
            BufferLimits limits, Backoffs backoffs, WriteBudget budget, Throttled throttled, BufferEvents events) {
        this.limits = limits;
        this.budget = budget;
        this.events = events;
        this.held = new HeldRecords(events, budget, earlier, limits.maxRejectedPercent());
        this.load = new TableLoad(limits.maxInFlight(), budget, limits.batchSize());
        this.apart = new ApartLoad(limits.maxInFlight(), throttled.budget());
        this.throttledIndexes = throttled.indexes();
        this.readAhead = new ReadAheadLimit(limits, held, load, budget);
        this.queue = new KeyQueue(limits.precedence(), held);
        this.deadLetters = new DeadLetterQueue(backoffs.topic().toNanos());
        this.parked = new ParkedQueue(backoffs.topic().toNanos(), held, deadLetters, earlier);
        this.completion = new BatchCompletion(queue, bisection, deadLetters, held, load, apart, backoffs, events);
    }

    /** Adds a record: its write waits for a batch, or its rejection becomes a dead letter. */
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
     * Adds a record that is to be parked, not written. The records of a partition are parked in the order of these calls, and after
     * every record that was to be written before the operator's settings changed.
     *
     * @param settings the number of the operator's settings, 0 or more; differs from that of the last call if they have changed
     */
    public void park(SourceRecord record, long settings, long nowNanos) {
        if (settings != parkedUnder) {
            parkedUnder = settings;
            earlier.begin(heldToWrite());
        }
        ParkedRecord added = new ParkedRecord(record, nowNanos);
        held.receivedToPark(added);
        parked.add(added);
    }

    private List<SourceRecord> heldToWrite() {
        List<SourceRecord> records = new ArrayList<>();
        queue.forEachWaiting(write -> records.add(write.source()));
        bisection.forEach(write -> records.add(write.source()));
        inFlight.keySet().forEach(batch -> batch.writes().forEach(write -> records.add(write.source())));
        deadLetters.forEach(deadLetter -> records.add(deadLetter.source()));
        return records;
    }

    /** Accounts for a record that is to be dropped: it is finished at once. */
    public void discard(SourceRecord record) {
        held.discarded(record);
    }

    /**
     * Returns the batches to send now, in this order. They are in flight from now on, and each must be completed exactly
     * once.
     */
    public List<Batch> ready(long nowNanos) {
        queue.setThrottledIndexes(throttledIndexes.mask(nowNanos));
        queue.endDelays(nowNanos);
        budgetOpensNanos = Long.MAX_VALUE;
        apart.begin();
        List<Batch> batches = new ArrayList<>();
        while (hasSlot()) {
            boolean isPart = bisection.isDue(nowNanos);
            boolean isOrdinary = isBatchDue(queue.sendable(), inFlight.size() == apart.inFlight(), nowNanos);
            boolean isApart = !isPart
                    && (apart.isNext() || !isOrdinary)
                    && isBatchDue(queue.apart(), apart.inFlight() == 0, nowNanos)
                    && apart.allows(load.maxInFlight(), nowNanos);
            if (!isPart && !isOrdinary && !isApart) {
                break;
            }
            if (!budget.isOpen(nowNanos)) {
                budgetOpensNanos = budget.opensAtNanos(nowNanos);
                break;
            }
            Batch batch = isPart
                    ? Batch.of(load.nextBatch(), bisection.take())
                    : isApart
                            ? Batch.apart(load.nextBatch(), take(queue.apart()))
                            : Batch.of(load.nextBatch(), take(queue.sendable()));
            int expected = batch.expectedUnits();
            inFlight.put(batch, new InFlight(budget.reserve(expected), apart.sent(isApart, expected), nowNanos));
            batches.add(batch);
            events.sent(batch);
        }
        return batches;
    }

    private List<Write> take(SendQueue from) {
        return from.take(limits.batchSize(), limits.batchBytes());
    }

    private boolean hasSlot() {
        return inFlight.size() < load.maxInFlight();
    }

    private boolean isBatchDue(SendQueue writes, boolean isQuiet, long nowNanos) {
        if (writes.size() == 0) {
            return false;
        }
        return writes.size() >= limits.batchSize()
                || writes.bytes() >= limits.batchBytes()
                || draining
                || isQuiet
                || nowNanos - writes.firstSince() >= limits.flushInterval().toNanos();
    }

    /**
     * Completes a batch.
     *
     * @throws IllegalStateException if the batch is not in flight, or the outcome does not match it. The buffer must not
     *     be used any more: the records that it holds may never finish
     */
    public void complete(Batch batch, BatchOutcome outcome, long nowNanos) {
        InFlight sent = inFlight.remove(batch);
        if (sent == null) {
            throw new IllegalStateException("this batch is not in flight");
        }
        double charged = WriteUnitCharge.of(batch, outcome);
        budget.settle(sent.reservedUnits, batch.expectedUnits(), charged, nowNanos);
        if (batch.isApart()) {
            apart.completed(sent.reservedApart, batch.expectedUnits(), charged, nowNanos);
        }
        events.charged(charged);
        completion.complete(batch, outcome, nowNanos);
    }

    /**
     * Returns the dead letters to send now. Each must be reported acknowledged or failed, exactly once. Returns none while
     * {@link #isAlarmed}, because the cause is not in the records.
     */
    public List<DeadLetter> takeDeadLetters(long nowNanos) {
        return isAlarmed() ? List.of() : deadLetters.take(nowNanos);
    }

    /** The dead letter was acknowledged: the record is finished. */
    public void deadLetterAcknowledged(DeadLetter deadLetter, long nowNanos) {
        deadLetters.acknowledged(deadLetter);
        held.deadLettered(deadLetter, nowNanos);
    }

    /** The dead letter was not acknowledged: it is returned again after a delay. */
    public void deadLetterFailed(DeadLetter deadLetter, long nowNanos) {
        held.failed();
        if (!deadLetters.failed(deadLetter, nowNanos)) {
            held.forgotten(deadLetter);
        }
    }

    /** Returns the batches to send to the parked topic now. Each must be completed exactly once. */
    public List<ParkedBatch> takeParked(long nowNanos) {
        return parked.take(nowNanos);
    }

    /**
     * Completes a batch of parked records: those that the topic has accepted in order are finished, those that it refuses
     * become dead letters, and all others are returned again after a delay.
     *
     * @param results one for each record
     * @throws IllegalStateException if the batch is not in flight, or the results do not match it
     */
    public void complete(ParkedBatch batch, List<ParkResult> results, long nowNanos) {
        parked.complete(batch, results, nowNanos);
    }

    /** Whether too many of the last records were rejected. The writer must stop, and an operator must find the cause. */
    public boolean isAlarmed() {
        return held.tooManyRejected();
    }

    /**
     * Drops the waiting records of a partition that was lost. The new owner reads them again, and a late write from here
     * could overwrite a newer one of the new owner. Batches in flight cannot be cancelled, but their writes are not
     * retried.
     */
    public void forget(String topic, int partition, long nowNanos) {
        completion.partitionLost(inFlight.keySet(), topic, partition);
        for (Write write : bisection.forget(topic, partition)) {
            held.forgotten(write);
            queue.free(write.key(), nowNanos);
        }
        queue.forget(topic, partition).forEach(held::forgotten);
        deadLetters.forget(topic, partition).forEach(held::forgotten);
        parked.forget(partition).forEach(held::forgotten);
    }

    /** Starts or stops draining. While draining, batches do not wait until they are full. */
    public void drain(boolean on) {
        draining = on;
    }

    /** Whether every record that was received is finished. */
    public boolean isEmpty() {
        return held.records() == 0;
    }

    /** Whether no more records should be added until some are finished. The caller enforces this limit. */
    public boolean isFull(long nowNanos) {
        return readAhead.isFull(nowNanos);
    }

    /** Whether enough records have been finished since the buffer was full to continue reading; never while it is full. */
    public boolean hasRoom(long nowNanos) {
        return readAhead.hasRoom(nowNanos);
    }

    /** Whether no batch is in flight, to the table or to the parked topic. */
    public boolean isQuiet() {
        return inFlight.isEmpty() && parked.isQuiet();
    }

    /** Whether no write and no parked record of a partition is in flight. */
    public boolean isQuiet(String topic, int partition) {
        return parked.isQuiet(partition)
                && inFlight.keySet().stream()
                        .flatMap(batch -> batch.writes().stream())
                        .noneMatch(write -> write.source().isFrom(topic, partition));
    }

    /**
     * When to call {@link #ready}, {@link #takeDeadLetters} and {@link #takeParked} next, if nothing else happens before;
     * {@link Long#MAX_VALUE} if there is no such time. Always later than the last call: a batch that is due but cannot be sent waits for the
     * completion of another batch or for the budget.
     */
    public long nextDueNanos() {
        long next = Math.min(
                Math.min(queue.nextDelayEnd(), parked.nextDueNanos()), Math.min(budgetOpensNanos, apart.opensNanos()));
        if (hasSlot() && budgetOpensNanos == Long.MAX_VALUE) {
            next = Math.min(next, bisection.nextDue());
        }
        return isAlarmed() ? next : Math.min(next, deadLetters.nextDueNanos());
    }

    /** Returns the progress so far, and what the buffer waits for. */
    public Activity activity(long nowNanos) {
        long oldestSent = nowNanos;
        for (InFlight sent : inFlight.values()) {
            oldestSent = Math.min(oldestSent, sent.sentNanos);
        }
        return new Activity(
                held.finished(),
                held.failures(),
                nowNanos - oldestSent,
                deadLetters.sent() + parked.sent(),
                nextDueNanos());
    }

    /** Returns the current state. */
    public BufferState state(long nowNanos) {
        return new BufferState(
                held.records(),
                held.bytes(),
                inFlight.size(),
                load.maxInFlight(),
                deadLetters.size(),
                nowNanos
                        - Math.min(
                                parked.oldestSince(nowNanos),
                                Math.min(queue.oldestSince(nowNanos), deadLetters.oldestSince(nowNanos))));
    }
}
