package io.sidetrack.ops.publish;

import io.sidetrack.ops.StopRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Ends a run that is interrupted by Ctrl-C or SIGTERM: it waits for acknowledgements of the lines that were sent, then prints how
 * to continue. The process ends with the exit code of the run instead of that of the signal.
 *
 * <p>The wait ends when the run has ended, when the run waits for input and all its lines are acknowledged, or after
 * {@link #TIMEOUT}.
 */
final class Interruption {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final Publisher publisher;
    private final StopRequest stop;
    private final PrintWriter err;
    private final IntConsumer halt;
    private final Thread hook = new Thread(this::interrupted, "interrupted");
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int code = 1;
    private volatile Optional<String> problem = Optional.empty();

    Interruption(Publisher publisher, StopRequest stop, PrintWriter err, IntConsumer halt) {
        this.publisher = publisher;
        this.stop = stop;
        this.err = err;
        this.halt = halt;
    }

    /** Registers a run for signals. */
    static Interruption watch(Publisher publisher, StopRequest stop, PrintWriter err) {
        Interruption interruption = new Interruption(publisher, stop, err, Runtime.getRuntime()::halt);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Called while the process shuts down. */
    void interrupted() {
        stop.request();
        long start = System.nanoTime();
        boolean hasEnded = false;
        try {
            while (!hasEnded && !publisher.isIdle() && System.nanoTime() - start < TIMEOUT.toNanos()) {
                hasEnded = ended.await(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Optional<String> last = hasEnded ? problem : Optional.of(publisher.interrupted());
        last.ifPresent(text -> err.println("sidetrack: " + text));
        err.flush();
        halt.accept(code);
    }

    /**
     * Called when the run has ended. Returns if it was not interrupted; otherwise the process ends.
     *
     * @param last the problem that ended the run; empty if there is none
     */
    void ended(Optional<String> last) {
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
