package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what the outcome of a batch means for each of its writes: finished, retried after a delay, or refused and turned
 * into a dead letter. A batch that is refused as a whole is bisected until the item at fault is alone and all others are
 * written (W3). Not thread-safe.
 */
final class BatchCompletion {
    /**
     * After so many failed attempts, writes that were throttled without a reason are sent once in a call for which DynamoDB
     * returns one.
     */
    private static final int FAILURES_BEFORE_PROBE = 2;

    /** The causes for which DynamoDB gives no reason: in a response to a whole batch, and for its single items. */
    private static final Set<RetryCause> UNEXPLAINED_OF_ALL = Set.of(RetryCause.UNPROCESSED);

    private static final Set<RetryCause> UNEXPLAINED_OF_EACH = Set.of(RetryCause.UNPROCESSED, RetryCause.THROTTLED);

    private final KeyQueue queue;
    private final BisectionQueue bisection;
    private final DeadLetterQueue deadLetters;
    private final HeldRecords held;
    private final TableLoad load;
    private final ApartLoad apart;
    private final Backoffs backoffs;
    private final BufferEvents events;

    /** Writes in flight whose partition has been lost: they are not retried. By identity. */
    private final Set<Write> lost = Collections.newSetFromMap(new IdentityHashMap<>());

    BatchCompletion(
            KeyQueue queue,
            BisectionQueue bisection,
            DeadLetterQueue deadLetters,
            HeldRecords held,
            TableLoad load,
            ApartLoad apart,
            Backoffs backoffs,
            BufferEvents events) {
        this.queue = queue;
        this.bisection = bisection;
        this.deadLetters = deadLetters;
        this.held = held;
        this.load = load;
        this.apart = apart;
        this.backoffs = backoffs;
        this.events = events;
    }

    /** Marks the writes of a lost partition that are in flight, so that they are not retried. */
    void partitionLost(Collection<Batch> inFlight, String topic, int partition) {
        for (Batch batch : inFlight) {
            for (Write write : batch.writes()) {
                if (write.source().isFrom(topic, partition)) {
                    lost.add(write);
                }
            }
        }
    }

    /**
     * Completes a batch.
     *
     * @throws IllegalStateException if the outcome does not have one entry for each write
     */
    void complete(Batch batch, BatchOutcome outcome, long nowNanos) {
        outcome.match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes, double countedUnits) {
                completeEach(batch, outcomes, nowNanos);
            }

            @Override
            public void retryAll(RetryCause cause) {
                adjustLoad(batch, Map.of(cause, batch.writes()), UNEXPLAINED_OF_ALL, nowNanos);
                held.failed();
                List<Write> writes = notLost(batch.writes(), nowNanos);
                if (batch.isPart() && !writes.isEmpty() && !cause.isOfSomeItems()) {
                    int failures = batch.failures() + 1;
                    bisection.add(
                            writes, failures, nowNanos + backoffs.of(cause).delayNanos(failures));
                    events.retried(cause, writes.size());
                } else {
                    retry(writes, cause, UNEXPLAINED_OF_ALL, nowNanos);
                }
            }

            @Override
            public void refused(String message) {
                bisect(batch, message, nowNanos);
            }
        });
    }

    private void completeEach(Batch batch, List<Outcome> outcomes, long nowNanos) {
        List<Write> writes = batch.writes();
        if (outcomes.size() != writes.size()) {
            throw new IllegalStateException(outcomes.size() + " outcomes for " + writes.size() + " writes");
        }
        Map<RetryCause, List<Write>> failed = new EnumMap<>(RetryCause.class);
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
                    failed.computeIfAbsent(cause, any -> new ArrayList<>()).add(write);
                }

                @Override
                public void refused(String message) {
                    notLost(List.of(write), nowNanos).forEach(refused -> deadLetter(refused, message, nowNanos));
                }
            });
        }
        adjustLoad(batch, failed, UNEXPLAINED_OF_EACH, nowNanos);
        if (!failed.isEmpty()) {
            held.failed();
        }
        failed.forEach((cause, some) -> retry(notLost(some, nowNanos), cause, UNEXPLAINED_OF_EACH, nowNanos));
    }

    /**
     * Adjusts the load on the table to the failed writes of a batch; none if the whole batch succeeded.
     *
     * @param unexplained the causes for which DynamoDB gives no reason: if an index throttles other writes of its items, or a
     *     key range has throttled this write before, it is assumed to be the reason again
     */
    private void adjustLoad(
            Batch batch, Map<RetryCause, List<Write>> failed, Set<RetryCause> unexplained, long nowNanos) {
        if (failed.keySet().stream().anyMatch(RetryCause::isOutage)) {
            load.outage(batch);
            return;
        }
        List<Write> throttled = new ArrayList<>();
        int ofSomeItems = 0;
        for (Map.Entry<RetryCause, List<Write>> entry : failed.entrySet()) {
            for (Write write : entry.getValue()) {
                if (entry.getKey().isOfSomeItems() || (unexplained.contains(entry.getKey()) && queue.isApart(write))) {
                    ofSomeItems++;
                } else if (entry.getKey().isThrottling()) {
                    throttled.add(write);
                }
            }
        }
        load.completed(batch, ofSomeItems, throttled.size(), queue.countFirstAttempts(throttled), nowNanos);
        if (ofSomeItems * 2 >= batch.writes().size()) {
            apart.throttled(batch, load.lastBatch(), nowNanos);
        } else if (batch.isApart()) {
            apart.succeeded();
        }
    }

    /** The table has this write, or an item that takes precedence over it. */
    private void succeeded(Write write, long nowNanos) {
        load.written();
        if (!lost.isEmpty()) {
            lost.remove(write);
        }
        queue.succeeded(write.key(), nowNanos);
    }

    /** Returns the failed writes whose partition is not lost; the others are forgotten. */
    private List<Write> notLost(List<Write> writes, long nowNanos) {
        if (lost.isEmpty()) {
            return writes;
        }
        List<Write> kept = new ArrayList<>(writes.size());
        for (Write write : writes) {
            if (lost.remove(write)) {
                held.forgotten(write);
                queue.free(write.key(), nowNanos);
            } else {
                kept.add(write);
            }
        }
        return kept;
    }

    /**
     * Retries writes with a common delay, so that they form one batch again.
     *
     * @param unexplained the causes for which DynamoDB gives no reason
     */
    private void retry(List<Write> writes, RetryCause cause, Set<RetryCause> unexplained, long nowNanos) {
        if (writes.isEmpty()) {
            return;
        }
        if (cause == RetryCause.THROTTLED_KEY_RANGE) {
            queue.markHot(writes);
        }
        int failures = queue.failed(writes);
        long untilNanos = nowNanos + backoffs.of(cause).delayNanos(failures);
        boolean needsReason = failures == FAILURES_BEFORE_PROBE && unexplained.contains(cause);
        List<Write> probe = needsReason ? probe(writes, cause) : List.of();
        bisection.add(probe, failures, untilNanos);
        for (Write write : writes.subList(probe.size(), writes.size())) {
            queue.putBack(write, untilNanos, nowNanos);
        }
        events.retried(cause, writes.size());
    }

    /**
     * The first of these writes, to be sent in a batch of their own. Writes that were not processed form a batch that, if none
     * of them is processed again, DynamoDB throttles as a whole, with a reason. Batches of statements are never throttled as a
     * whole, but a batch of a single write is not sent as a statement.
     */
    private static List<Write> probe(List<Write> writes, RetryCause cause) {
        return cause == RetryCause.UNPROCESSED ? writes : writes.subList(0, 1);
    }

    /** Splits a refused batch in two; a refused batch of one write becomes a dead letter. */
    private void bisect(Batch refused, String message, long nowNanos) {
        List<Write> writes = notLost(refused.writes(), nowNanos);
        if (refused.writes().size() > 1) {
            int half = writes.size() / 2;
            bisection.add(writes.subList(0, half), 0, nowNanos);
            bisection.add(writes.subList(half, writes.size()), 0, nowNanos);
        } else if (!writes.isEmpty()) {
            deadLetter(writes.get(0), message, nowNanos);
        }
    }

    private void deadLetter(Write refused, String message, long nowNanos) {
        held.refused(refused);
        deadLetters.add(new DeadLetter(
                refused.source(), new Rejection(Reason.REFUSED_BY_TABLE, message), queue.heldSince(refused.key())));
        queue.free(refused.key(), nowNanos);
    }
}
