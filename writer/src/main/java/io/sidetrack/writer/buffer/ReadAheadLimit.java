package io.sidetrack.writer.buffer;

/**
 * How much may be read before it is written. Everything that was read must be written before its partition can go to
 * another member, before its offset can be committed, and before the process can stop. So no more is read than can be
 * written within {@link BufferLimits#readAhead()}: by the recent rate of this thread, and by the write units that the
 * budget allows all threads together. Enough to fill every batch that may be in flight, and the next, is always read.
 * Not thread-safe.
 */
final class ReadAheadLimit {
    /** A full buffer has room again below this share: the rest keeps every batch filled until more is read. */
    static final double ROOM = 0.75;

    private final BufferLimits limits;
    private final HeldRecords held;
    private final TableLoad load;
    private final WriteBudget budget;

    ReadAheadLimit(BufferLimits limits, HeldRecords held, TableLoad load, WriteBudget budget) {
        this.limits = limits;
        this.held = held;
        this.load = load;
        this.budget = budget;
    }

    /** Whether no more records should be read until some are finished. */
    boolean isFull(long nowNanos) {
        return held.records() >= maxRecords(nowNanos)
                || held.bytes() >= limits.maxHeldBytes()
                || (held.records() >= limits.batchSize()
                        && budget.heldNanos() >= limits.readAhead().toNanos());
    }

    /**
     * Whether enough is finished since the buffer was full that reading is worthwhile. Never true while it is full, and
     * always true while it is empty, whatever other threads hold: a thread's wait for room ends by its own writes.
     */
    boolean hasRoom(long nowNanos) {
        return held.records() <= maxRecords(nowNanos) * ROOM
                && held.bytes() <= limits.maxHeldBytes() * ROOM
                && (held.records() <= limits.batchSize() * ROOM
                        || budget.heldNanos() <= limits.readAhead().toNanos() * ROOM);
    }

    private long maxRecords(long nowNanos) {
        long pipeline = 2L * load.maxInFlight() * limits.batchSize();
        long soon = held.expectedToFinishIn(limits.readAhead().toNanos(), nowNanos);
        return Math.min(limits.maxRecords(), Math.max(pipeline, soon));
    }
}
