package io.sidetrack.writer.buffer;

import io.sidetrack.writer.item.Mapped;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.Reason;
import io.sidetrack.writer.item.Rejection;
import io.sidetrack.writer.item.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
    /** Full less a quarter: what is left keeps every batch filled until more is read. */
    private static final double ROOM = 0.75;

    private final BufferLimits limits;
    private final Backoffs backoffs;
    private final WriteBudget budget;
    private final BufferEvents events;
    private final InFlightLimit inFlightLimit;
    private final FinishRate rate = new FinishRate();
    private final RejectionWindow rejections;

    /** Every key that has a write waiting or busy. */
    private final KeyQueue queue;
    /** Their keys are busy. */
    private final Suspects suspects = new Suspects();
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

    private long batchesSent;
    private boolean draining;
    /** Whether the table has taken anything since it was last found to be over its capacity. */
    private boolean writtenSinceThrottle;
    /** When the budget lets the next batch go; {@link Long#MAX_VALUE} if none waits for it. */
    private long budgetOpensNanos = Long.MAX_VALUE;

    /** @param budget shared with the buffers of other threads */
    public WriteBuffer(BufferLimits limits, Backoffs backoffs, WriteBudget budget, BufferEvents events) {
        this.limits = limits;
        this.backoffs = backoffs;
        this.budget = budget;
        this.events = events;
        this.queue = new KeyQueue(limits.precedence());
        this.inFlightLimit = new InFlightLimit(limits.maxInFlight());
        this.rejections = new RejectionWindow(limits.maxRejectedPercent());
    }

    /** Takes in a record: its write waits for a batch, or its rejection becomes a dead letter. */
    public void add(Mapped mapped, long nowNanos) {
        events.received();
        heldRecords++;
        mapped.match(new Mapped.Cases() {
            @Override
            public void accepted(Write write) {
                heldBytes += write.heldBytes();
                queue.add(write, nowNanos).ifPresent(loser -> outdone(loser, isSame(loser, write), nowNanos));
            }

            @Override
            public void rejected(Origin origin, Rejection rejection) {
                heldBytes += origin.heldBytes();
                reject(new DeadLetter(origin, rejection));
            }
        });
    }

    /** @param cameLater of the two; if it is not to be written all the same, it is by its version */
    private void outdone(Write loser, boolean cameLater, long nowNanos) {
        release(loser);
        if (cameLater) {
            events.stale();
        } else {
            events.superseded();
        }
        finished(nowNanos);
    }

    @SuppressWarnings("ReferenceEquality") // Not one that looks the same.
    private static boolean isSame(Write one, Write other) {
        return one == other;
    }

    private void release(Write write) {
        heldRecords--;
        heldBytes -= write.heldBytes();
    }

    private void finished(long nowNanos) {
        rate.finished(nowNanos);
        rejections.add(false);
    }

    private void reject(DeadLetter deadLetter) {
        deadLetters.add(deadLetter);
        rejections.add(true);
    }

    /**
     * The batches to send now, in this order. They are in flight from here on, and each must be completed exactly once.
     */
    public List<Batch> ready(long nowNanos) {
        queue.endDelays(nowNanos);
        budgetOpensNanos = Long.MAX_VALUE;
        List<Batch> batches = new ArrayList<>();
        while (inFlight.size() < inFlightLimit.current() && (suspects.isDue(nowNanos) || mustGo(nowNanos))) {
            if (!budget.isOpen(nowNanos)) {
                budgetOpensNanos = budget.opensAtNanos(nowNanos);
                break;
            }
            Batch batch;
            if (suspects.isDue(nowNanos)) {
                batch = Batch.of(batchesSent, suspects.take());
            } else {
                batch = Batch.of(batchesSent, queue.take(limits.batchSize(), limits.batchBytes()));
            }
            budget.spend(batch.writeUnits());
            batchesSent++;
            inFlight.add(batch);
            batches.add(batch);
            events.sent(batch);
        }
        return batches;
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
     * @throws IllegalStateException if the batch is not in flight: it was completed before, and what is said of it now
     *     must not be believed
     */
    public void complete(Batch batch, BatchOutcome outcome, long nowNanos) {
        if (!inFlight.remove(batch)) {
            throw new IllegalStateException("this batch is not in flight");
        }
        double charged = Charge.of(batch, outcome);
        budget.settle(batch.writeUnits(), charged, nowNanos);
        events.charged(charged);
        outcome.match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes, double countedUnits) {
                completeEach(batch, outcomes, nowNanos);
            }

            @Override
            public void retryAll(RetryCause cause) {
                if (cause.isOutage()) {
                    inFlightLimit.failed(batch.number(), batchesSent - 1);
                } else if (cause.isThrottling() && isMostlyThrottled(batch.writes(), batch.writes())) {
                    throttled(batch, nowNanos);
                }
                List<Write> writes = stillOwned(batch.writes(), nowNanos);
                if (batch.isSuspect() && !writes.isEmpty()) {
                    int failures = batch.failures() + 1;
                    suspects.add(writes, failures, nowNanos + backoffs.of(cause).delayNanos(failures));
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

    private void completeEach(Batch batch, List<Outcome> outcomes, long nowNanos) {
        List<Write> writes = batch.writes();
        if (outcomes.size() != writes.size()) {
            throw new IllegalStateException(outcomes.size() + " outcomes for " + writes.size() + " writes");
        }
        Map<RetryCause, List<Write>> again = new HashMap<>();
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            outcomes.get(i).match(new Outcome.Cases() {
                @Override
                public void written() {
                    events.written();
                    settled(write, nowNanos);
                }

                @Override
                public void stale(double writeUnits) {
                    events.stale();
                    settled(write, nowNanos);
                }

                @Override
                public void retry(RetryCause cause) {
                    again.computeIfAbsent(cause, any -> new ArrayList<>()).add(write);
                }

                @Override
                public void refused(String message) {
                    stillOwned(List.of(write), nowNanos).forEach(culprit -> bury(culprit, message, nowNanos));
                }
            });
        }
        List<Write> refused = again.entrySet().stream()
                .filter(entry -> entry.getKey().isThrottling())
                .flatMap(entry -> entry.getValue().stream())
                .toList();
        if (again.keySet().stream().anyMatch(RetryCause::isOutage)) {
            inFlightLimit.failed(batch.number(), batchesSent - 1);
        } else if (isMostlyThrottled(writes, refused)) {
            throttled(batch, nowNanos);
        } else if (refused.size() * 2 < writes.size()) {
            inFlightLimit.succeeded();
        }
        again.forEach((cause, some) -> retry(stillOwned(some, nowNanos), cause, nowNanos));
    }

    /**
     * Whether it is the table that is over its capacity, and not one key range of it: then most of what it is asked for the
     * first time is refused, or nothing at all is written any more. What was refused before says nothing new while others are
     * written; what is left of a hot key range comes by itself.
     */
    private boolean isMostlyThrottled(List<Write> all, List<Write> refused) {
        int freshRefused = queue.countFresh(refused);
        // Those that were written are no longer busy, and were fresh unless they had failed before.
        int fresh = all.size() - refused.size() + freshRefused;
        boolean mostFresh = freshRefused * 2 > fresh && fresh * 2 >= all.size();
        return mostFresh || (refused.size() == all.size() && !writtenSinceThrottle);
    }

    private void throttled(Batch batch, long nowNanos) {
        writtenSinceThrottle = false;
        inFlightLimit.failed(batch.number(), batchesSent - 1);
        // A write or two may be of one hot key range.
        if (batch.writes().size() * 2 >= limits.batchSize()) {
            budget.throttled(nowNanos);
        }
    }

    /** The table has it, or has something that takes precedence. */
    private void settled(Write write, long nowNanos) {
        writtenSinceThrottle = true;
        if (!disowned.isEmpty()) {
            disowned.remove(write);
        }
        release(write);
        finished(nowNanos);
        queue.succeeded(write.key(), nowNanos);
    }

    /** Those of failed writes that are to be tried again; the others are forgotten. */
    private List<Write> stillOwned(List<Write> writes, long nowNanos) {
        if (disowned.isEmpty()) {
            return writes;
        }
        List<Write> owned = new ArrayList<>(writes.size());
        for (Write write : writes) {
            if (disowned.remove(write)) {
                forgetBusy(write, nowNanos);
            } else {
                owned.add(write);
            }
        }
        return owned;
    }

    private void forgetBusy(Write write, long nowNanos) {
        release(write);
        events.forgotten();
        queue.free(write.key(), nowNanos);
    }

    /** One delay for all of them, so that they make one batch again. */
    private void retry(List<Write> writes, RetryCause cause, long nowNanos) {
        if (writes.isEmpty()) {
            return;
        }
        long untilNanos = nowNanos + backoffs.of(cause).delayNanos(queue.failed(writes));
        for (Write write : writes) {
            queue.putBack(write, untilNanos).ifPresent(loser -> outdone(loser, !isSame(loser, write), nowNanos));
        }
        events.retried(cause, writes.size());
    }

    /** Halves what was refused until the culprit stands alone; its neighbours are written (W3). */
    private void isolate(Batch refused, String message, long nowNanos) {
        List<Write> writes = stillOwned(refused.writes(), nowNanos);
        if (refused.writes().size() > 1) {
            int half = writes.size() / 2;
            suspects.add(writes.subList(0, half), 0, nowNanos);
            suspects.add(writes.subList(half, writes.size()), 0, nowNanos);
        } else if (!writes.isEmpty()) {
            bury(writes.get(0), message, nowNanos);
        }
    }

    private void bury(Write culprit, String message, long nowNanos) {
        // It stays held, as a dead letter now; only its JSON is let go.
        heldBytes -= culprit.json().length;
        reject(new DeadLetter(culprit.origin(), new Rejection(Reason.REFUSED_BY_TABLE, message)));
        queue.free(culprit.key(), nowNanos);
    }

    /**
     * Hands over the dead letters that are to be sent; each must be reported acknowledged or failed, once. None while so
     * many are rejected that it is not the records' fault.
     */
    public List<DeadLetter> takeDeadLetters() {
        if (isAlarmed()) {
            return List.of();
        }
        List<DeadLetter> taken = List.copyOf(deadLetters);
        deadLetters.clear();
        deadLettersTaken += taken.size();
        return taken;
    }

    /** The dead-letter topic has it: the record is finished. */
    public void deadLetterAcknowledged(DeadLetter deadLetter, long nowNanos) {
        deadLettersTaken--;
        heldRecords--;
        heldBytes -= deadLetter.origin().heldBytes();
        events.deadLettered(deadLetter.rejection());
        rate.finished(nowNanos);
    }

    /** The dead-letter topic does not have it: it is handed over again. */
    public void deadLetterFailed(DeadLetter deadLetter) {
        deadLettersTaken--;
        deadLetters.add(deadLetter);
    }

    /** Whether most of the last records were rejected; then the writer is to stop, and somebody to look. */
    public boolean isAlarmed() {
        return rejections.isExceeded();
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
        for (Write write : suspects.forget(topic, partition)) {
            forgetBusy(write, nowNanos);
        }
        for (Write write : queue.forget(topic, partition)) {
            release(write);
            events.forgotten();
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
    public boolean isFull(long nowNanos) {
        return heldRecords >= mostRecords(nowNanos) || heldBytes >= limits.maxHeldBytes();
    }

    /** Whether so much is finished since the buffer was full that it is worth going on; never while it is full. */
    public boolean hasRoom(long nowNanos) {
        return heldRecords <= mostRecords(nowNanos) * ROOM && heldBytes <= limits.maxHeldBytes() * ROOM;
    }

    /** Whether nothing is in flight. */
    public boolean isQuiet() {
        return inFlight.isEmpty();
    }

    /**
     * What has been read must be written before its partition can go to another member, or its offset be committed. So no
     * more is read than can be written soon; but enough to fill every batch that may be in flight, and the next.
     */
    private long mostRecords(long nowNanos) {
        long pipeline = 2L * inFlightLimit.current() * limits.batchSize();
        long soon = rate.expectedIn(limits.readAhead().toNanos(), nowNanos);
        long affordable =
                Math.max(limits.batchSize(), budget.unitsIn(limits.readAhead().toNanos()));
        return Math.min(affordable, Math.min(limits.maxRecords(), Math.max(pipeline, soon)));
    }

    /** When to call {@link #ready} next, if nothing else happens before; {@link Long#MAX_VALUE} for never. */
    public long nextDueNanos() {
        return Math.min(budgetOpensNanos, Math.min(queue.nextDelayEnd(), suspects.nextDue()));
    }

    /** How the buffer stands. */
    public BufferState state(long nowNanos) {
        return new BufferState(
                heldRecords,
                heldBytes,
                inFlight.size(),
                inFlightLimit.current(),
                deadLetters.size() + deadLettersTaken,
                nowNanos - queue.oldestSince(nowNanos));
    }
}
