package io.sidetrack.writer.buffer;

/**
 * What a buffer has achieved so far and what it waits for, so that a watchdog can tell a standstill from an outage.
 *
 * @param finished records written, superseded, stale or dead-lettered since the buffer was made
 * @param failures attempts that failed for a reason outside the records: a write that is tried again, a dead letter that
 *     was not accepted
 * @param oldestCallNanos how long the oldest call in flight has been unanswered; 0 if there is none
 * @param deadLettersSent dead letters on their way
 * @param resumesNanos when the next wait for a time ends: for the write budget, or before a write or a dead letter is tried
 *     again; {@link Long#MAX_VALUE} if there is none
 */
public record Activity(long finished, long failures, long oldestCallNanos, int deadLettersSent, long resumesNanos) {

    /** Of no buffer at all. */
    public static final Activity NONE = new Activity(0, 0, 0, 0, Long.MAX_VALUE);

    /** Of two buffers together. */
    public Activity plus(Activity other) {
        return new Activity(
                finished + other.finished,
                failures + other.failures,
                Math.max(oldestCallNanos, other.oldestCallNanos),
                deadLettersSent + other.deadLettersSent,
                Math.min(resumesNanos, other.resumesNanos));
    }
}
