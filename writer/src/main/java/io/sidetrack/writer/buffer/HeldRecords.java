package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Write;

/**
 * The account of the records that a buffer holds (W5). Every record that is received ends exactly once, as written,
 * superseded, stale, dead-lettered or forgotten, and is no longer held from then on. Not thread-safe.
 */
final class HeldRecords {
    private final BufferEvents events;
    private final WriteBudget budget;
    private final FinishRate rate = new FinishRate();
    private final RejectionWindow rejections;

    /** Records that were received and are not finished: waiting, busy, or dead letters that are not acknowledged. */
    private long records;
    /** The memory that those records occupy. */
    private long bytes;

    /** Records that are finished: written, superseded, stale or dead-lettered. */
    private long finished;
    /** Attempts that failed for a reason other than the record: writes to retry, and dead letters not acknowledged. */
    private long failures;

    HeldRecords(BufferEvents events, WriteBudget budget, int maxRejectedPercent) {
        this.events = events;
        this.budget = budget;
        this.rejections = new RejectionWindow(maxRejectedPercent);
    }

    void received(Write write) {
        events.received();
        records++;
        bytes += write.heldBytes();
        budget.hold(write.expectedUnits());
    }

    /** A record was received that cannot be written. */
    void receivedUnwritable(DeadLetter deadLetter) {
        events.received();
        records++;
        bytes += deadLetter.source().heldBytes();
        rejections.add(true);
    }

    void written(Write write, long nowNanos) {
        events.written();
        finished(write, nowNanos);
    }

    void superseded(Write write, long nowNanos) {
        events.superseded();
        finished(write, nowNanos);
    }

    void stale(Write write, long nowNanos) {
        events.stale();
        finished(write, nowNanos);
    }

    private void finished(Write write, long nowNanos) {
        release(write);
        finished++;
        rate.finished(nowNanos);
        rejections.add(false);
    }

    /** The record's partition was lost; the new owner reads the record again. */
    void forgotten(Write write) {
        events.forgotten();
        release(write);
    }

    private void release(Write write) {
        records--;
        bytes -= write.heldBytes();
        budget.release(write.expectedUnits());
    }

    /** The table refused the write. Its record stays held, as a dead letter; its JSON and its write units do not. */
    void refused(Write write) {
        bytes -= write.json().length;
        budget.release(write.expectedUnits());
        rejections.add(true);
    }

    void deadLettered(DeadLetter deadLetter, long nowNanos) {
        events.deadLettered(deadLetter.rejection());
        releaseDeadLetter(deadLetter);
        finished++;
        rate.finished(nowNanos);
    }

    /** The partition of a dead letter's record was lost; the new owner reads the record again. */
    void forgotten(DeadLetter deadLetter) {
        events.forgotten();
        releaseDeadLetter(deadLetter);
    }

    private void releaseDeadLetter(DeadLetter deadLetter) {
        records--;
        bytes -= deadLetter.source().heldBytes();
    }

    /** An attempt failed; its records are still held. */
    void failed() {
        failures++;
    }

    long finished() {
        return finished;
    }

    long failures() {
        return failures;
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    /** Returns how many records would be finished in a time at the recent rate. */
    long expectedToFinishIn(long nanos, long nowNanos) {
        return rate.expectedIn(nanos, nowNanos);
    }

    /** Whether too many of the last records were rejected. */
    boolean tooManyRejected() {
        return rejections.isExceeded();
    }
}
