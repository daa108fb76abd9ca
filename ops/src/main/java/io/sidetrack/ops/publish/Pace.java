package io.sidetrack.ops.publish;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Keeps to a rate: never ahead of it, and without making up later for what was slow. */
final class Pace {
    /** How far behind the plan is made up for, so that a pause is not followed by a flood. */
    private static final long SLACK_NANOS = 100_000_000;

    private final long nanosEach;
    private final LongSupplier nanoClock;
    private final Stop stop;
    private long dueNanos;

    /** @param perSecond 0 for as fast as it goes */
    Pace(double perSecond, LongSupplier nanoClock, Stop stop) {
        this.nanosEach = perSecond == 0 ? 0 : Math.round(1e9 / perSecond);
        this.nanoClock = nanoClock;
        this.stop = stop;
        this.dueNanos = nanoClock.getAsLong();
    }

    /** Waits until the next one is due, or the run is to end. */
    void await() {
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
