package io.sidetrack.router.park;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the tasks of this process have parked, by partition of the source. A task that is closed and created again, as after
 * every failed send, must not forget what it has parked. Bounded by the number of named backfills with a setting. Thread-safe.
 */
final class ParkedOffsets {
    private final boolean transactional;
    private final Map<Integer, OfTask> byPartition = new ConcurrentHashMap<>();

    /** @param transactional whether a record that is read again is not parked already */
    ParkedOffsets(boolean transactional) {
        this.transactional = transactional;
    }

    /**
     * Begins a new task of a partition. A former task that has not noticed its end cannot disturb it.
     *
     * @param firstOffset the first offset that the task reads
     */
    OfTask begin(int partition, long firstOffset) {
        OfTask task = new OfTask();
        OfTask former = byPartition.put(partition, task);
        if (former != null) {
            former.parked.forEach((name, span) -> (transactional ? span.before(firstOffset) : Optional.of(span))
                    .ifPresent(rest -> task.parked.put(name, rest)));
        }
        return task;
    }

    /** What is parked, by backfill. Changed by the thread of its task only. */
    static final class OfTask {
        private final Map<ByteBuffer, ParkedSpan> parked = new ConcurrentHashMap<>();
        /** What was parked when the transaction began, of the backfills that have changed since; null for nothing. */
        private final Map<ByteBuffer, ParkedSpan> before = new HashMap<>();

        private OfTask() {}

        /** What may be parked; null for nothing. */
        ParkedSpan get(ByteBuffer name) {
            return parked.get(name);
        }

        void add(ByteBuffer name, long offset) {
            ParkedSpan now = parked.get(name);
            if (!before.containsKey(name)) {
                before.put(name, now);
            }
            parked.put(name, now == null ? new ParkedSpan(offset, offset) : now.plus(offset));
        }

        /** Everything is back on the lane, whether the transaction is committed or not. */
        void remove(ByteBuffer name) {
            parked.remove(name);
            before.remove(name);
        }

        void committed() {
            before.clear();
        }

        void aborted() {
            before.forEach((name, span) -> {
                if (span == null) {
                    parked.remove(name);
                } else {
                    parked.put(name, span);
                }
            });
            before.clear();
        }
    }
}
