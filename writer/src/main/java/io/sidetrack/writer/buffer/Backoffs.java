package io.sidetrack.writer.buffer;

import java.time.Duration;

/**
 * The delays before a write or a dead letter is retried.
 *
 * @param throttled the delays of throttled writes
 * @param other the delays of writes that failed for any other reason
 * @param deadLetter the delay of a dead letter that was not acknowledged
 */
public record Backoffs(Backoff throttled, Backoff other, Duration deadLetter) {
    /** Returns the same delays of writes for every cause. */
    public static Backoffs same(Backoff backoff, Duration deadLetter) {
        return new Backoffs(backoff, backoff, deadLetter);
    }

    Backoff of(RetryCause cause) {
        return cause.isThrottling() ? throttled : other;
    }
}
