package io.sidetrack.ops;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Ends a run that is interrupted by Ctrl-C or SIGTERM: it waits until the run has completed what it was sending, then prints how to
 * continue. The process ends with the exit code of the run instead of that of the signal.
 *
 * <p>The wait ends when the run has ended, when the run is idle, or after {@link #TIMEOUT}.
 */
public final class Interruption {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final Run run;
    private final StopRequest stop;
    private final PrintWriter err;
    private final IntConsumer halt;
    private final Thread hook = new Thread(this::interrupted, "interrupted");
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int code = 1;
    private volatile Optional<String> problem = Optional.empty();

    /** A run that can be interrupted. Its methods are called by another thread. */
    public interface Run {
        /** True if the run waits for something that may never come, and nothing is lost if it ends. */
        boolean isIdle();

        /** A message that the run was interrupted, and how to continue. */
        String interrupted();
    }

    /** @param halt ends the process at once */
    public Interruption(Run run, StopRequest stop, PrintWriter err, IntConsumer halt) {
        this.run = run;
        this.stop = stop;
        this.err = err;
        this.halt = halt;
    }

    /** Registers a run for signals. */
    public static Interruption watch(Run run, StopRequest stop, PrintWriter err) {
        Interruption interruption = new Interruption(run, stop, err, Runtime.getRuntime()::halt);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Called while the process shuts down. */
    public void interrupted() {
        stop.request();
        long start = System.nanoTime();
        boolean hasEnded = false;
        try {
            while (!hasEnded && !run.isIdle() && System.nanoTime() - start < TIMEOUT.toNanos()) {
                hasEnded = ended.await(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Optional<String> last = hasEnded ? problem : Optional.of(run.interrupted());
        last.ifPresent(text -> err.println("sidetrack: " + text));
        err.flush();
        halt.accept(code);
    }

    /**
     * Called when the run has ended. Returns if it was not interrupted; otherwise the process ends.
     *
     * @param last the problem that ended the run; empty if there is none
     */
    public void ended(Optional<String> last) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            problem = last;
            code = last.isPresent() ? 1 : 0;
            ended.countDown();
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            hook.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
