package io.sidetrack.writer.buffer;

/**
 * How long to wait before a write is tried again.
 *
 * @param throttled while the table is over its capacity
 * @param other after any other failure
 */
public record Backoffs(Backoff throttled, Backoff other) {
    /** The same for every cause. */
    public static Backoffs same(Backoff backoff) {
        return new Backoffs(backoff, backoff);
    }

    Backoff of(RetryCause cause) {
        return cause.isThrottling() ? throttled : other;
    }
}
