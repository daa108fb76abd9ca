package io.sidetrack.writer.thread;

import java.time.Duration;

/**
 * The shutdown of the process: whether it has begun, and its deadlines. All threads and tasks share one deadline, so that an
 * outage delays the shutdown once, not once per task. Thread-safe.
 */
final class Shutdown {
    private static final double WRITING_SHARE = 0.8;
    private static final double OUTCOMES_SHARE = 0.9;

    private final long limitNanos;
    private boolean begun;
    private long beganNanos;

    /** @param limit the limit of the whole shutdown; writing ends earlier, to leave time to commit and to leave the group */
    Shutdown(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /** Begins the shutdown. @return false if it had already begun */
    synchronized boolean begin(long nowNanos) {
        if (begun) {
            return false;
        }
        begun = true;
        beganNanos = nowNanos;
        return true;
    }

    synchronized boolean hasBegun() {
        return begun;
    }

    /** The deadline of flushes that wait for writes in flight; {@link Long#MAX_VALUE} before the shutdown. */
    synchronized long writeUntilNanos() {
        return begun ? beganNanos + (long) (limitNanos * WRITING_SHARE) : Long.MAX_VALUE;
    }

    /** The deadline of ending threads that wait for outcomes; {@link Long#MAX_VALUE} before the shutdown. */
    synchronized long awaitOutcomesUntilNanos() {
        return begun ? beganNanos + (long) (limitNanos * OUTCOMES_SHARE) : Long.MAX_VALUE;
    }
}
