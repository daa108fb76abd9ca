package io.sidetrack.ops.publish;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Ends a run that is interrupted by Ctrl-C or SIGTERM: what was sent may still be acknowledged, then it says how to go on. The
 * process ends with the run's exit code instead of that of the signal.
 *
 * <p>It ends when the run has ended, when the run waits for input and everything it has sent is acknowledged, or after
 * {@link #PATIENCE}.
 */
final class Interruption {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Publisher publisher;
    private final Stop stop;
    private final PrintWriter err;
    private final IntConsumer halt;
    private final Thread hook = new Thread(this::interrupted, "interrupted");
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int code = 1;
    private volatile Optional<String> problem = Optional.empty();

    Interruption(Publisher publisher, Stop stop, PrintWriter err, IntConsumer halt) {
        this.publisher = publisher;
        this.stop = stop;
        this.err = err;
        this.halt = halt;
    }

    /** Begins to wait for signals. */
    static Interruption watch(Publisher publisher, Stop stop, PrintWriter err) {
        Interruption interruption = new Interruption(publisher, stop, err, Runtime.getRuntime()::halt);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Runs while the process shuts down. */
    void interrupted() {
        stop.request();
        long start = System.nanoTime();
        boolean hasEnded = false;
        try {
            while (!hasEnded && !publisher.isIdle() && System.nanoTime() - start < PATIENCE.toNanos()) {
                hasEnded = ended.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
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
     * The run has ended. Returns if it was not interrupted; otherwise the process ends now.
     *
     * @param last the problem that ended it; empty if there is none
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
