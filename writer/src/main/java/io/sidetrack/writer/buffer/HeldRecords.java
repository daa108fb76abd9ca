package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Write;

/**
 * The account of the records that a buffer holds (W5). Every record that is received ends exactly once, as written,
 * superseded, stale, dead-lettered, parked, discarded or forgotten, and is no longer held from then on. Not thread-safe.
 */
final class HeldRecords {
    private final BufferEvents events;
    private final WriteBudget budget;
    private final EarlierWrites earlier;
    private final FinishRate rate = new FinishRate();
    /** Of the records that are to be written. */
    private final RejectionWindow rejections;
    /** Of the records that are to be parked: they must not hide that most of the others are rejected. */
    private final RejectionWindow refusedParking;

    /** Records that were received and are not finished: waiting, busy, or not acknowledged by a topic. */
    private long records;
    /** Those of them that are to be parked. */
    private long toPark;
    /** The memory that those records occupy. */
    private long bytes;

    /** Records that are finished, in any way but forgotten. */
    private long finished;
    /** Attempts that failed for a reason other than the record: of writes, of dead letters, and of parked records. */
    private long failures;

    HeldRecords(BufferEvents events, WriteBudget budget, EarlierWrites earlier, int maxRejectedPercent) {
        this.events = events;
        this.budget = budget;
        this.earlier = earlier;
        this.rejections = new RejectionWindow(maxRejectedPercent);
        this.refusedParking = new RejectionWindow(maxRejectedPercent);
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

    void receivedToPark(ParkedRecord record) {
        events.received();
        records++;
        toPark++;
        bytes += record.source().heldBytes();
    }

    /** A record was received that is to be dropped: it is never held. */
    void discarded(SourceRecord record) {
        events.received();
        events.discarded(record);
        finished++;
    }

    void written(Write write, long nowNanos) {
        events.written(write.source());
        finished(write, nowNanos);
    }

    void superseded(Write write, long nowNanos) {
        events.superseded(write.source());
        finished(write, nowNanos);
    }

    void stale(Write write, long nowNanos) {
        events.stale(write.source());
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
        earlier.finished(write.source());
    }

    /** The table refused the write. Its record stays held, as a dead letter; its JSON and its write units do not. */
    void refused(Write write) {
        bytes -= write.json().length;
        budget.release(write.expectedUnits());
        rejections.add(true);
    }

    void parked(ParkedRecord record) {
        events.parked(record.source());
        releaseParked(record);
        finished++;
        refusedParking.add(false);
    }

    /** The partition of a record to park was lost; the new owner reads the record again. */
    void forgotten(ParkedRecord record) {
        events.forgotten();
        releaseParked(record);
    }

    private void releaseParked(ParkedRecord record) {
        records--;
        toPark--;
        bytes -= record.source().heldBytes();
    }

    /** The parked topic refused a record, which stays held as a dead letter. */
    void refusedToPark() {
        toPark--;
        refusedParking.add(true);
    }

    void deadLettered(DeadLetter deadLetter, long nowNanos) {
        events.deadLettered(deadLetter.source(), deadLetter.rejection());
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
        earlier.finished(deadLetter.source());
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

    /** Returns how many of the records are not to be parked, and so depend on the table or are dead letters. */
    long recordsToWrite() {
        return records - toPark;
    }

    long bytes() {
        return bytes;
    }

    /** Returns how many writes and dead letters would be finished in a time at the recent rate. */
    long expectedToFinishIn(long nanos, long nowNanos) {
        return rate.expectedIn(nanos, nowNanos);
    }

    /** Whether too many of the last records were rejected, or refused by the parked topic. */
    boolean tooManyRejected() {
        return rejections.isExceeded() || refusedParking.isExceeded();
    }
}
