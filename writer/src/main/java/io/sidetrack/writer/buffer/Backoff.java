package io.sidetrack.writer.buffer;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays between tries, with full jitter: anything from 0 to a limit that doubles up to a cap. Without the jitter, all
 * writers of a table that were throttled together would come back together.
 */
public final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final long firstNanos;
    private final long capNanos;
    private final RandomGenerator random;

    /**
     * @param first the limit of the first delay
     * @param cap what the limit does not grow beyond
     */
    public Backoff(Duration first, Duration cap, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.capNanos = cap.toNanos();
        this.random = random;
    }

    /**
     * The delay before the next try, in ns.
     *
     * @param failures how many tries have failed, 1 or more
     */
    long delayNanos(int failures) {
        int doublings = Math.min(failures - 1, MAX_DOUBLINGS);
        long limit = firstNanos > capNanos >> doublings ? capNanos : firstNanos << doublings;
        return random.nextLong(limit + 1);
    }
}
