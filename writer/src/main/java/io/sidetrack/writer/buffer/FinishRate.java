package io.sidetrack.writer.buffer;

/**
 * The recent rate at which records are finished: the higher one of the last full window and the current one. Pure, and not
 * thread-safe.
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

    /** Returns how many records would be finished in a time at the recent rate; 0 if no record has been finished yet. */
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
