package io.sidetrack.writer.buffer;

/**
 * How many records are finished in a second, over the last seconds: the end of the last whole window and what there is of
 * the current one. Pure, and not thread-safe.
 */
final class FinishRate {
    private static final long WINDOW_NANOS = 2_000_000_000L;

    private long windowStartNanos;
    private long current;
    private double lastPerNano;
    private boolean started;

    void finished(long nowNanos) {
        turn(nowNanos);
        current++;
    }

    /** How many would be finished in so long a time at the recent rate; 0 before any is known. */
    long expectedIn(long nanos, long nowNanos) {
        turn(nowNanos);
        double perNano = Math.max(lastPerNano, (double) current / WINDOW_NANOS);
        return (long) (perNano * nanos);
    }

    private void turn(long nowNanos) {
        if (!started) {
            started = true;
            windowStartNanos = nowNanos;
        }
        long age = nowNanos - windowStartNanos;
        if (age >= WINDOW_NANOS) {
            lastPerNano = (double) current / age;
            current = 0;
            windowStartNanos = nowNanos;
        }
    }
}
