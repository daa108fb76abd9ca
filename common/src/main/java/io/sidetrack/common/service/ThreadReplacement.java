package io.sidetrack.common.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that died, after a delay that doubles, until its budget is used up. Then it stops the client. Kafka's
 * own {@code REPLACE_THREAD} has no delay, so a record that always fails would keep a core busy and fill the log. A
 * {@link StopException} stops the client at once. Thread-safe: threads can die at the same time.
 */
public final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ThreadReplacement.class);

    private final int budget;
    private final long windowNanos;
    private final Duration firstDelay;
    private final LongSupplier nanoClock;
    private final Pause pause;
    private final CountDownLatch stopping = new CountDownLatch(1);
    /** The times of the replacements in the current window; at most as many as the budget. */
    private final Deque<Long> replacements = new ArrayDeque<>();

    /** Waits on the dying thread. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Returns after the duration, or as soon as the latch opens.
         *
         * @return true if the latch is open
         */
        boolean forDuration(Duration duration, CountDownLatch stopping) throws InterruptedException;
    }

    /**
     * @param budget the number of replacements within the window; 0 for none
     * @param firstDelay the delay before the first replacement of a window; doubled for each further one
     */
    public ThreadReplacement(int budget, Duration window, Duration firstDelay, LongSupplier nanoClock, Pause pause) {
        this.budget = budget;
        this.windowNanos = window.toNanos();
        this.firstDelay = firstDelay;
        this.nanoClock = nanoClock;
        this.pause = pause;
    }

    /** Five replacements in ten minutes, after 1, 2, 4, 8 and 16 s. */
    public static ThreadReplacement standard() {
        return new ThreadReplacement(
                5,
                Duration.ofMinutes(10),
                Duration.ofSeconds(1),
                System::nanoTime,
                (duration, stopping) -> stopping.await(duration.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Ends all replacements: a dying thread that waits for its replacement returns at once. */
    public void stop() {
        stopping.countDown();
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable exception) {
        if (exception instanceof Error) {
            log.error("a stream thread died of an error that can affect the whole process: stopping", exception);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof StopException) {
                log.error("stopping: {}", cause.getMessage());
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        }
        int used = take();
        if (used > budget) {
            log.error("a stream thread died, and {} replacements did not help: stopping", budget, exception);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        Duration delay = firstDelay.multipliedBy(1L << (used - 1));
        log.error("a stream thread died: replacement {} of {} in {} ms", used, budget, delay.toMillis(), exception);
        try {
            if (pause.forDuration(delay, stopping)) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private synchronized int take() {
        long now = nanoClock.getAsLong();
        while (!replacements.isEmpty() && now - replacements.peekFirst() > windowNanos) {
            replacements.removeFirst();
        }
        if (replacements.size() == budget) {
            return budget + 1;
        }
        replacements.addLast(now);
        return replacements.size();
    }
}
