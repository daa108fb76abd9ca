package io.sidetrack.router;

import io.sidetrack.common.control.BackfillFeed;
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
    /** A stream thread waits no longer than this, with a transaction open. */
    private static final Duration REFRESH_LIMIT = Duration.ofSeconds(2);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("operator"));
    private final BackfillFeed feed;
    private final BackfillControl control;
    /** When the last successful reading began. */
    private volatile long readNanos;
    /** Whether the last reading succeeded. If not, nobody waits for the next one. */
    private volatile boolean readable = true;

    /**
     * @param feed owned by this object
     * @param control has applied the settings that were read at start-up
     */
    BackfillFollower(BackfillFeed feed, BackfillControl control) {
        this.feed = feed;
        this.control = control;
        this.readNanos = System.nanoTime();
        var unused = thread.scheduleWithFixedDelay(this::read, 1, 1, TimeUnit.SECONDS);
    }

    private void read() {
        long began = System.nanoTime();
        readable = control.poll(feed);
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
            Future<?> reading = thread.submit(this::read);
            reading.get(REFRESH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Closes the feed once its thread has ended, because a Kafka consumer can be used by only one thread at a time. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                feed.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
