package io.sidetrack.ops;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Limits the rate of records. Time that was lost is not made up for, except for a short delay. Not thread-safe. */
public final class RateLimit {
    /** The delay that is made up for. A longer pause must not be followed by a burst. */
    private static final long SLACK_NANOS = 100_000_000;

    /** A year. A sum with the time must not overflow. */
    private static final long MAX_NANOS = 365L * 86_400 * 1_000_000_000;

    private final long nanosEach;
    private final LongSupplier nanoClock;
    private final StopRequest stop;
    private long dueNanos;

    /** @param perSecond records per second; 0 for no limit */
    public RateLimit(double perSecond, LongSupplier nanoClock, StopRequest stop) {
        this.nanosEach = perSecond == 0 ? 0 : Math.min(MAX_NANOS, Math.round(1e9 / perSecond));
        this.nanoClock = nanoClock;
        this.stop = stop;
        this.dueNanos = nanoClock.getAsLong();
    }

    /** Waits until the next record is due, or a stop is requested. */
    public void await() {
        if (nanosEach == 0) {
            return;
        }
        long now = nanoClock.getAsLong();
        dueNanos = Math.max(dueNanos, now - SLACK_NANOS);
        while (now < dueNanos && !stop.isRequested()) {
            LockSupport.parkNanos(dueNanos - now);
            now = nanoClock.getAsLong();
        }
        dueNanos += nanosEach;
    }
}
