package io.sidetrack.writer.buffer;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the delays between attempts, with full jitter: a random time between 0 and a limit, which doubles with each
 * failure up to a cap. Without the jitter, all writers that were throttled together would retry together.
 */
public final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final long firstNanos;
    private final long capNanos;
    private final RandomGenerator random;

    /**
     * @param first the limit of the first delay
     * @param cap the maximum of the limit
     */
    public Backoff(Duration first, Duration cap, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.capNanos = cap.toNanos();
        this.random = random;
    }

    /**
     * Returns the delay before the next attempt, in nanoseconds.
     *
     * @param failures how many attempts have failed, 1 or more
     */
    long delayNanos(int failures) {
        int doublings = Math.min(failures - 1, MAX_DOUBLINGS);
        long limit = firstNanos > capNanos >> doublings ? capNanos : firstNanos << doublings;
        return random.nextLong(limit + 1);
    }
}
