package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.Reason;
import io.sidetrack.writer.model.Rejection;
import io.sidetrack.writer.model.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what the answer to a batch means for each of its writes: finished, tried again after a delay, or refused and
 * turned into a dead letter. A batch that is refused as a whole is halved until the culprit stands alone, and its
 * neighbours are written (W3). Not thread-safe.
 */
final class BatchCompletion {
    private final KeyQueue queue;
    private final BisectionQueue suspects;
    private final DeadLetterQueue deadLetters;
    private final HeldRecords held;
    private final TableLoad load;
    private final Backoffs backoffs;
    private final BufferEvents events;

    /** Writes in flight whose partition has another owner by now: they are not tried again. By identity. */
    private final Set<Write> disowned = Collections.newSetFromMap(new IdentityHashMap<>());

    BatchCompletion(
            KeyQueue queue,
            BisectionQueue suspects,
            DeadLetterQueue deadLetters,
            HeldRecords held,
            TableLoad load,
            Backoffs backoffs,
            BufferEvents events) {
        this.queue = queue;
        this.suspects = suspects;
        this.deadLetters = deadLetters;
        this.held = held;
        this.load = load;
        this.backoffs = backoffs;
        this.events = events;
    }

    /** The writes of a partition that are in flight now end with their answer, whatever it is. */
    void disown(Collection<Batch> inFlight, String topic, int partition) {
        for (Batch batch : inFlight) {
            for (Write write : batch.writes()) {
                if (write.source().isFrom(topic, partition)) {
                    disowned.add(write);
                }
            }
        }
    }

    /** @throws IllegalStateException if the outcome does not have one entry for each write */
    void settle(Batch batch, BatchOutcome outcome, long nowNanos) {
        outcome.match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes, double countedUnits) {
                settleEach(batch, outcomes, nowNanos);
            }

            @Override
            public void retryAll(RetryCause cause) {
                assess(batch, cause, batch.writes(), nowNanos);
                held.failed();
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
                bisect(batch, message, nowNanos);
            }
        });
    }

    private void settleEach(Batch batch, List<Outcome> outcomes, long nowNanos) {
        List<Write> writes = batch.writes();
        if (outcomes.size() != writes.size()) {
            throw new IllegalStateException(outcomes.size() + " outcomes for " + writes.size() + " writes");
        }
        Map<RetryCause, List<Write>> again = new EnumMap<>(RetryCause.class);
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            outcomes.get(i).match(new Outcome.Cases() {
                @Override
                public void written() {
                    held.written(write, nowNanos);
                    succeeded(write, nowNanos);
                }

                @Override
                public void stale(double writeUnits) {
                    held.stale(write, nowNanos);
                    succeeded(write, nowNanos);
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
        assess(batch, again, nowNanos);
        if (!again.isEmpty()) {
            held.failed();
        }
        again.forEach((cause, some) -> retry(stillOwned(some, nowNanos), cause, nowNanos));
    }

    private void assess(Batch batch, Map<RetryCause, List<Write>> again, long nowNanos) {
        if (again.keySet().stream().anyMatch(RetryCause::isOutage)) {
            load.outage(batch);
            return;
        }
        List<Write> throttled = new ArrayList<>();
        again.forEach((cause, writes) -> {
            if (cause.isThrottling()) {
                throttled.addAll(writes);
            }
        });
        load.answered(batch, throttled.size(), queue.countFresh(throttled), nowNanos);
    }

    private void assess(Batch batch, RetryCause cause, List<Write> writes, long nowNanos) {
        assess(batch, Map.of(cause, writes), nowNanos);
    }

    /** The table has the write, or an item that takes precedence. */
    private void succeeded(Write write, long nowNanos) {
        load.written();
        if (!disowned.isEmpty()) {
            disowned.remove(write);
        }
        queue.succeeded(write.key(), nowNanos);
    }

    /** Those of the failed writes that are to be tried again; the others are forgotten. */
    private List<Write> stillOwned(List<Write> writes, long nowNanos) {
        if (disowned.isEmpty()) {
            return writes;
        }
        List<Write> owned = new ArrayList<>(writes.size());
        for (Write write : writes) {
            if (disowned.remove(write)) {
                held.forgotten(write);
                queue.free(write.key(), nowNanos);
            } else {
                owned.add(write);
            }
        }
        return owned;
    }

    /** One delay for all of them, so that they make one batch again. */
    private void retry(List<Write> writes, RetryCause cause, long nowNanos) {
        if (writes.isEmpty()) {
            return;
        }
        long untilNanos = nowNanos + backoffs.of(cause).delayNanos(queue.failed(writes));
        for (Write write : writes) {
            queue.putBack(write, untilNanos, nowNanos);
        }
        events.retried(cause, writes.size());
    }

    /** Halves a refused batch. */
    private void bisect(Batch refused, String message, long nowNanos) {
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
        held.refused(culprit);
        deadLetters.add(new DeadLetter(
                culprit.source(), new Rejection(Reason.REFUSED_BY_TABLE, message), queue.heldSince(culprit.key())));
        queue.free(culprit.key(), nowNanos);
    }
}
