package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.Write;

/**
 * The records that a buffer holds, and the account of what becomes of each (W5): every record that is taken in ends as
 * written, superseded, stale, dead-lettered or forgotten, exactly once, and is no longer held from then on. Not
 * thread-safe.
 */
final class HeldRecords {
    private final BufferEvents events;
    private final WriteBudget budget;
    private final FinishRate rate = new FinishRate();
    private final RejectionWindow rejections;

    /** Records taken in and not finished: waiting, busy, or a dead letter that is not acknowledged. */
    private long records;
    /** What those records hold in memory. */
    private long bytes;

    /** Records that are finished: written, superseded, stale or dead-lettered. */
    private long finished;
    /** Attempts that failed for a reason outside the records: a write that is tried again, a dead letter not accepted. */
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
        budget.hold(write.writeUnits());
    }

    /** A record was taken in that cannot become a write. */
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

    /** The record goes to another owner, who reads it again. */
    void forgotten(Write write) {
        events.forgotten();
        release(write);
    }

    private void release(Write write) {
        records--;
        bytes -= write.heldBytes();
        budget.release(write.writeUnits());
    }

    /** The record stays held, as a dead letter; its JSON and its claim to write units end. */
    void refused(Write write) {
        bytes -= write.json().length;
        budget.release(write.writeUnits());
        rejections.add(true);
    }

    void deadLettered(DeadLetter deadLetter, long nowNanos) {
        events.deadLettered(deadLetter.rejection());
        releaseDeadLetter(deadLetter);
        finished++;
        rate.finished(nowNanos);
    }

    /** The record of an unsent dead letter goes to another owner, who reads it again. */
    void forgotten(DeadLetter deadLetter) {
        events.forgotten();
        releaseDeadLetter(deadLetter);
    }

    private void releaseDeadLetter(DeadLetter deadLetter) {
        records--;
        bytes -= deadLetter.source().heldBytes();
    }

    /** An attempt has failed; what it was about is still held. */
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

    /** How many records would finish in a time at the recent rate. */
    long expectedToFinishIn(long nanos, long nowNanos) {
        return rate.expectedIn(nanos, nowNanos);
    }

    /** Whether most of the last records were rejected. */
    boolean areMostlyRejected() {
        return rejections.isExceeded();
    }
}
