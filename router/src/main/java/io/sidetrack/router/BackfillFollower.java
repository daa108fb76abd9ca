package io.sidetrack.router;

import io.sidetrack.common.thread.Daemons;
import io.sidetrack.router.park.ParkingLot;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the settings of named backfills from the control topic, on its own thread: each second, and whenever a stream thread needs
 * them as they are now. Thread-safe.
 */
final class BackfillFollower implements ParkingLot.SettingsRefresh, AutoCloseable {
    /** How long a stream thread waits, with a transaction open. */
    static final Duration REFRESH_LIMIT = Duration.ofSeconds(2);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("operator"));
    private final Reading reading;
    private final Runnable closing;
    private final Duration refreshLimit;

    /** Reads and applies the settings as they are now. */
    @FunctionalInterface
    interface Reading {
        /**
         * Reads them. Never throws.
         *
         * @param forTask whether a task that has just begun waits for them
         * @return false if they cannot be read
         */
        boolean read(boolean forTask);
    }

    /** When the last successful reading began. */
    private volatile long readNanos;
    /** Whether the last reading succeeded. If not, nobody waits for the next one. */
    private volatile boolean readable = true;

    /**
     * @param reading used by one thread
     * @param closing called when nothing is read any more
     * @param refreshLimit how long a stream thread waits
     */
    BackfillFollower(Reading reading, Runnable closing, Duration refreshLimit) {
        this.reading = reading;
        this.closing = closing;
        this.refreshLimit = refreshLimit;
        this.readNanos = System.nanoTime();
        var unused = thread.scheduleWithFixedDelay(() -> read(false), 1, 1, TimeUnit.SECONDS);
    }

    private void read(boolean forTask) {
        long began = System.nanoTime();
        readable = reading.read(forTask);
        if (readable) {
            readNanos = began;
        }
    }

    @Override
    public void since(long nanos) {
        if (readNanos - nanos >= 0 || !readable) {
            return;
        }
        try {
            Future<?> refresh = thread.submit(() -> read(true));
            refresh.get(refreshLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            readable = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException e) {
            // The router stops.
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reading never throws", e);
        }
    }

    /** Ends the reading. A Kafka consumer can be used by only one thread at a time, so it is closed once the thread has ended. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                closing.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
