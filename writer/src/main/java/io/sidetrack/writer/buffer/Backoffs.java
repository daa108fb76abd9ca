package io.sidetrack.writer.buffer;

import java.time.Duration;

/**
 * The delays before a write, a dead letter or a parked record is retried.
 *
 * @param throttled the delays of writes that the table throttled
 * @param other the delays of writes that failed for any other reason, which includes an index or a hot key range: there,
 *     frequent attempts would take the connections of all other writes
 * @param topic the delay of a dead letter or a parked record that its topic has not acknowledged
 */
public record Backoffs(Backoff throttled, Backoff other, Duration topic) {
    /** Returns the same delays of writes for every cause. */
    public static Backoffs same(Backoff backoff, Duration topic) {
        return new Backoffs(backoff, backoff, topic);
    }

    Backoff of(RetryCause cause) {
        return cause.isThrottling() && !cause.isOfSomeItems() ? throttled : other;
    }
}
