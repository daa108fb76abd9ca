package io.sidetrack.writer.buffer;

/**
 * A buffer's progress so far and what it waits for, by which a watchdog distinguishes a stall from an outage.
 *
 * @param finished records that were finished since the buffer was created, in any way but forgotten
 * @param failures attempts that failed for a reason other than the record: a write that is retried, or a record that the
 *     dead-letter topic or the parked topic has not acknowledged
 * @param oldestCallNanos the age of the oldest call in flight; 0 if there is none
 * @param recordsSent dead letters and parked records that were sent and are not acknowledged yet
 * @param resumesNanos when the next timed wait ends: a wait for the write budget, or the delay before a write, a dead letter
 *     or a parked record is retried; {@link Long#MAX_VALUE} if there is none
 */
public record Activity(long finished, long failures, long oldestCallNanos, int recordsSent, long resumesNanos) {

    /** The activity without any buffer. */
    public static final Activity NONE = new Activity(0, 0, 0, 0, Long.MAX_VALUE);

    /** Returns the activity of two buffers together. */
    public Activity plus(Activity other) {
        return new Activity(
                finished + other.finished,
                failures + other.failures,
                Math.max(oldestCallNanos, other.oldestCallNanos),
                recordsSent + other.recordsSent,
                Math.min(resumesNanos, other.resumesNanos));
    }
}
