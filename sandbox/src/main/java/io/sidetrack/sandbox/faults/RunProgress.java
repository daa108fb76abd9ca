package io.sidetrack.sandbox.faults;

import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The step that a run is executing, and the run's time limit. Every wait ends when its condition holds or when the time limit
 * is reached, with a message that names the step. Thread-safe.
 */
final class RunProgress {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final long endNanos;
    private volatile String step = "the start";

    /** @param limit the time limit of the whole run, which starts now */
    RunProgress(Duration limit) {
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    /** Sets the step that is executing from now on. */
    void step(String name) {
        step = name;
    }

    /** The step that is executing. */
    String step() {
        return step;
    }

    /** True if the run has exceeded its time limit. */
    boolean isOverdue() {
        return System.nanoTime() - endNanos > 0;
    }

    /** The time until the run's limit; at least a second. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(TimeUnit.SECONDS.toNanos(1), endNanos - System.nanoTime()));
    }

    /**
     * Waits for a condition.
     *
     * @throws SandboxException if the condition does not hold within this limit and that of the run
     */
    void await(String name, Duration limit, BooleanSupplier condition) {
        step(name);
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (isOverdue() || System.nanoTime() - start > limit.toNanos()) {
                throw new SandboxException("waited " + Screen.time((System.nanoTime() - start) / 1e9) + " for: " + name
                        + (isOverdue() ? "; the run has exceeded its time limit" : ""));
            }
            sleep(POLL_INTERVAL);
        }
    }

    /** Waits for some time. */
    void pause(String name, Duration time) {
        step(name);
        sleep(time);
        if (isOverdue()) {
            throw new SandboxException("the run has exceeded its time limit, waiting for: " + name);
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
