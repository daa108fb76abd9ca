package io.sidetrack.writer.buffer;

import java.time.Duration;

/**
 * The delays before a write or a dead letter is retried.
 *
 * @param throttled the delays of writes that the table throttled
 * @param other the delays of writes that failed for any other reason, which includes an index or a hot key range: there,
 *     frequent attempts would take the connections of all other writes
 * @param deadLetter the delay of a dead letter that was not acknowledged
 */
public record Backoffs(Backoff throttled, Backoff other, Duration deadLetter) {
    /** Returns the same delays of writes for every cause. */
    public static Backoffs same(Backoff backoff, Duration deadLetter) {
        return new Backoffs(backoff, backoff, deadLetter);
    }

    Backoff of(RetryCause cause) {
        return cause.isThrottling() && !cause.isOfSomeItems() ? throttled : other;
    }
}
