package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The records that the parked topic has not acknowledged, by partition of the lane. A partition has at most one batch in flight,
 * which contains everything that waited when it was sent.
 *
 * <pre>
 *          add             take               completed: nothing waits behind
 *   (none) ---> SENDABLE --------> IN FLIGHT ----------------------------------> (none)
 *                 ^  ^                | |
 *                 |  +----------------+ | a record failed
 *      delay ends |   completed:        v
 *                 +-------------------- DELAYED
 *
 *   forget: SENDABLE and DELAYED end; IN FLIGHT ends when the batch completes, and none of its records is sent again
 * </pre>
 *
 * <p>Replaying the parked topic must leave the last record of a key last. A record is therefore finished only when it and all
 * records before it were acknowledged in the order of the lane: if one fails, those behind it in the batch are sent again after
 * it, even if they were acknowledged. The topic can thus contain a record several times, but its last copy is always behind the
 * last copies of all older records. Nothing is sent before {@link EarlierWrites} are finished.
 *
 * <p>Not thread-safe.
 */
final class ParkedQueue {
    private final long retryNanos;
    private final HeldRecords held;
    private final DeadLetterQueue deadLetters;
    private final EarlierWrites earlier;
    private final Map<Integer, Lane> lanes = new HashMap<>();
    /** The partitions in SENDABLE. */
    private final Deque<Lane> sendable = new ArrayDeque<>();
    /** The partitions in DELAYED, in the order in which their delays end, because all delays are equally long. */
    private final Deque<Lane> delayed = new ArrayDeque<>();

    private int batchesInFlight;
    private int recordsInFlight;

    /** The records of one partition. */
    private static final class Lane {
        final int partition;
        /** Behind those in flight, in the order of the lane. */
        final Deque<ParkedRecord> waiting = new ArrayDeque<>();
        /** Null if there is none. */
        ParkedBatch inFlight;

        long delayedUntilNanos;

        Lane(int partition) {
            this.partition = partition;
        }
    }

    /** @param retryNanos the delay after a failed attempt */
    ParkedQueue(long retryNanos, HeldRecords held, DeadLetterQueue deadLetters, EarlierWrites earlier) {
        this.retryNanos = retryNanos;
        this.held = held;
        this.deadLetters = deadLetters;
        this.earlier = earlier;
    }

    /** Adds the next record of its partition. */
    void add(ParkedRecord record) {
        Lane lane = lanes.computeIfAbsent(record.source().partition(), Lane::new);
        lane.waiting.addLast(record);
        if (lane.waiting.size() == 1 && lane.inFlight == null) {
            sendable.addLast(lane);
        }
    }

    /** Returns the batches to send now. Each must be completed exactly once. */
    List<ParkedBatch> take(long nowNanos) {
        while (!delayed.isEmpty() && delayed.peekFirst().delayedUntilNanos <= nowNanos) {
            sendable.addLast(delayed.removeFirst());
        }
        if (sendable.isEmpty() || !earlier.areFinished()) {
            return List.of();
        }
        List<ParkedBatch> batches = new ArrayList<>(sendable.size());
        for (Lane lane : sendable) {
            lane.inFlight = new ParkedBatch(lane.partition, List.copyOf(lane.waiting));
            lane.waiting.clear();
            batchesInFlight++;
            recordsInFlight += lane.inFlight.records().size();
            batches.add(lane.inFlight);
        }
        sendable.clear();
        return batches;
    }

    /**
     * Completes a batch.
     *
     * @param results one for each record
     * @throws IllegalStateException if the batch is not in flight, or the results do not match it
     */
    void complete(ParkedBatch batch, List<ParkResult> results, long nowNanos) {
        Lane lane = lanes.get(batch.partition());
        if (lane == null || lane.inFlight != batch) {
            throw new IllegalStateException("this batch of parked records is not in flight");
        }
        if (results.size() != batch.records().size()) {
            throw new IllegalStateException(
                    results.size() + " results for " + batch.records().size() + " records");
        }
        lane.inFlight = null;
        batchesInFlight--;
        recordsInFlight -= results.size();
        List<ParkedRecord> unfinished = unfinished(batch, results);
        if (!unfinished.isEmpty()) {
            held.failed();
        }
        if (batch.isAbandoned()) {
            unfinished.forEach(held::forgotten);
        } else {
            for (int i = unfinished.size() - 1; i >= 0; i--) {
                lane.waiting.addFirst(unfinished.get(i));
            }
        }
        if (lane.waiting.isEmpty()) {
            lanes.remove(lane.partition);
        } else if (unfinished.isEmpty()) {
            sendable.addLast(lane);
        } else {
            lane.delayedUntilNanos = nowNanos + retryNanos;
            delayed.addLast(lane);
        }
    }

    /** Finishes the records of a batch, in their order. @return those that are not finished */
    private List<ParkedRecord> unfinished(ParkedBatch batch, List<ParkResult> results) {
        List<ParkedRecord> unfinished = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            ParkedRecord record = batch.records().get(i);
            results.get(i).match(new ParkResult.Cases() {
                @Override
                public void parked() {
                    if (unfinished.isEmpty()) {
                        held.parked(record);
                    } else {
                        unfinished.add(record);
                    }
                }

                @Override
                public void refused(String message) {
                    if (batch.isAbandoned()) {
                        held.forgotten(record);
                    } else {
                        held.refusedToPark();
                        deadLetters.add(new DeadLetter(
                                record.source(),
                                new Rejection(Reason.REFUSED_BY_PARKED_TOPIC, message),
                                record.sinceNanos()));
                    }
                }

                @Override
                public void failed() {
                    unfinished.add(record);
                }
            });
        }
        return unfinished;
    }

    /** Drops the records of a partition that are not in flight, and abandons those that are. @return the dropped records */
    List<ParkedRecord> forget(int partition) {
        Lane lane = lanes.get(partition);
        if (lane == null) {
            return List.of();
        }
        List<ParkedRecord> dropped = List.copyOf(lane.waiting);
        lane.waiting.clear();
        sendable.remove(lane);
        delayed.remove(lane);
        if (lane.inFlight == null) {
            lanes.remove(partition);
        } else {
            lane.inFlight.abandon();
        }
        return dropped;
    }

    /** Whether no batch is in flight. */
    boolean isQuiet() {
        return batchesInFlight == 0;
    }

    /** Whether no batch of a partition is in flight. */
    boolean isQuiet(int partition) {
        Lane lane = lanes.get(partition);
        return lane == null || lane.inFlight == null;
    }

    /** Returns how many records are in flight. */
    int sent() {
        return recordsInFlight;
    }

    /** When the next delay ends; {@link Long#MAX_VALUE} if there is none. */
    long nextDueNanos() {
        return delayed.isEmpty() ? Long.MAX_VALUE : delayed.peekFirst().delayedUntilNanos;
    }

    /** When the oldest record was received; the given time if there is none. */
    long oldestSince(long nowNanos) {
        long oldest = nowNanos;
        for (Lane lane : lanes.values()) {
            ParkedRecord first = lane.inFlight == null
                    ? lane.waiting.getFirst()
                    : lane.inFlight.records().get(0);
            oldest = Math.min(oldest, first.sinceNanos());
        }
        return oldest;
    }
}
