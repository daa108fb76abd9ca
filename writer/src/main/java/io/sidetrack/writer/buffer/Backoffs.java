package io.sidetrack.writer.buffer;

import java.time.Duration;

/**
 * How long to wait before a write or a dead letter is tried again.
 *
 * @param throttled while the table is over its capacity
 * @param other after any other failure
 * @param deadLetter after the dead-letter topic has not accepted a dead letter
 */
public record Backoffs(Backoff throttled, Backoff other, Duration deadLetter) {
    /** The same for every cause. */
    public static Backoffs same(Backoff backoff, Duration deadLetter) {
        return new Backoffs(backoff, backoff, deadLetter);
    }

    Backoff of(RetryCause cause) {
        return cause.isThrottling() ? throttled : other;
    }
}
