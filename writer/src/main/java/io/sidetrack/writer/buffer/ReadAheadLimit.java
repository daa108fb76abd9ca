package io.sidetrack.writer.buffer;

/**
 * Limits how many records may be read before they are written. Every record that was read must be written before its
 * partition can be revoked, before its offset can be committed, and before the process can stop. Therefore no more records
 * are read than can be written within {@link BufferLimits#readAhead()}, by the recent rate of this thread and by the write
 * units that the budget allows for all threads together. The limit always allows enough records to fill two rounds of the
 * batches that may be in flight. Records to park do not depend on the table: only the limits of all records and of their bytes
 * apply to them. Not thread-safe.
 */
final class ReadAheadLimit {
    /** A full buffer has room again at this share of its limits: the rest fills the batches until more is read. */
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
        return held.records() >= limits.maxRecords()
                || held.recordsToWrite() >= maxToWrite(nowNanos)
                || held.bytes() >= limits.maxHeldBytes()
                || (held.recordsToWrite() >= limits.batchSize()
                        && budget.heldNanos() >= limits.readAhead().toNanos());
    }

    /**
     * Whether enough records have been finished since the buffer was full to continue reading. Never true while the buffer
     * is full. Always true while it is empty, regardless of what other threads hold, so that a thread's own writes are
     * enough to end its wait for room.
     */
    boolean hasRoom(long nowNanos) {
        return held.records() <= limits.maxRecords() * ROOM
                && held.recordsToWrite() <= maxToWrite(nowNanos) * ROOM
                && held.bytes() <= limits.maxHeldBytes() * ROOM
                && (held.recordsToWrite() <= limits.batchSize() * ROOM
                        || budget.heldNanos() <= limits.readAhead().toNanos() * ROOM);
    }

    private long maxToWrite(long nowNanos) {
        long twoRounds = 2L * load.maxInFlight() * limits.batchSize();
        long finishedSoon = held.expectedToFinishIn(limits.readAhead().toNanos(), nowNanos);
        return Math.min(limits.maxRecords(), Math.max(twoRounds, finishedSoon));
    }
}
