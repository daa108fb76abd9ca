package io.sidetrack.writer.thread;

import java.time.Duration;

/**
 * The shutdown of the process: whether it has begun, and the time that it may take. One deadline holds for all threads
 * and tasks together, so that an outage is waited for once, not once per task. Thread-safe.
 */
final class Shutdown {
    private static final double WRITING = 0.8;
    private static final double ANSWERS = 0.9;

    private final long limitNanos;
    private boolean begun;
    private long beganNanos;

    /** @param limit of the whole shutdown; writing ends before, so that the commit fits in, and leaving the group */
    Shutdown(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /** Begins. @return whether it had not begun before */
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

    /** Until when flushes wait for writes in flight; {@link Long#MAX_VALUE} before the shutdown. */
    synchronized long writeUntilNanos() {
        return begun ? beganNanos + (long) (limitNanos * WRITING) : Long.MAX_VALUE;
    }

    /** Until when ending threads wait for answers; {@link Long#MAX_VALUE} before the shutdown. */
    synchronized long answersUntilNanos() {
        return begun ? beganNanos + (long) (limitNanos * ANSWERS) : Long.MAX_VALUE;
    }
}
