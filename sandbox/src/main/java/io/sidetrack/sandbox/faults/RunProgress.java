package io.sidetrack.sandbox.faults;

import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What a run waits for. Every wait ends: by what it waits for, or by the end of the run's time, with a message that names it.
 * Thread-safe.
 */
final class RunProgress {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final long endNanos;
    private volatile String current = "nothing";

    /** @param limit of the whole run */
    RunProgress(Duration limit) {
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    /** What is waited for, or done, from now on. */
    void now(String what) {
        current = what;
    }

    /** What is waited for. */
    String current() {
        return current;
    }

    /** Whether the run's time is over. */
    boolean isOver() {
        return System.nanoTime() - endNanos > 0;
    }

    /** The run's time that is left, and at least a second. */
    Duration left() {
        return Duration.ofNanos(Math.max(TimeUnit.SECONDS.toNanos(1), endNanos - System.nanoTime()));
    }

    /**
     * Waits.
     *
     * @throws SandboxException if it is not so at the end of the limit, or of the run
     */
    void until(String what, Duration limit, BooleanSupplier isSo) {
        now(what);
        long start = System.nanoTime();
        while (!isSo.getAsBoolean()) {
            if (isOver() || System.nanoTime() - start > limit.toNanos()) {
                throw new SandboxException("waited " + Screen.time((System.nanoTime() - start) / 1e9) + " for: " + what
                        + (isOver() ? "; the time of the run is over" : ""));
            }
            sleep(LOOK_EVERY);
        }
    }

    /** Lets some time go by. */
    void pass(String what, Duration time) {
        now(what);
        sleep(time);
        if (isOver()) {
            throw new SandboxException("the time of the run is over; it was waiting for: " + what);
        }
    }

    private static void sleep(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }
}
