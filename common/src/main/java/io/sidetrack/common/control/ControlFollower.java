package io.sidetrack.common.control;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.thread.Daemons;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an operator's settings from the control topic, on its own thread: about each second, and whenever a stream thread needs them as
 * they are now. Thread-safe.
 *
 * <pre>
 *   waits                        ends
 *   a reading for the topic      after {@link #READ_LIMIT} as a failure; the next one begins after the pause
 *   a stream thread for it       after {@link Timing#refresh}, and at once for all others until a reading succeeds
 *   a close for a reading        after {@link Timing#close}; the thread closes the feeds as soon as the reading has ended
 * </pre>
 *
 * <p>What the listener looks up while it applies settings has limits of its own.
 */
public final class ControlFollower implements RecentSettings, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlFollower.class);

    /** How long a reading may take. Shorter than what `sidetrack backfill resume` waits until every service knows of it. */
    public static final Duration READ_LIMIT = Duration.ofSeconds(5);
    /** Settings that are older may have been replaced by an operator who relies on it. */
    private static final Duration RECENT = Duration.ofSeconds(5);

    private static final Duration COMMAND_LIMIT = Duration.ofMillis(500);
    private static final String PROBLEM = "the control topic cannot be read";

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("operator"));
    private final Feeds feeds;
    private final ControlListener listener;
    private final ProblemLog problems;
    private final Timing timing;
    private final LongSupplier nanoClock;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What was applied last; used by the thread only. */
    private Map<String, NamedBackfill> settings;
    /** When the last successful reading began. */
    private volatile long readNanos;
    /** Whether the last reading succeeded. If not, nobody waits for the next one. */
    private volatile boolean readable = true;

    /**
     * What is followed. Used by one thread.
     *
     * @param commands waits a moment for commands for the whole lane, and applies them
     * @param backfills the settings of named backfills as they are now, as {@link BackfillFeed#current} returns them
     */
    record Feeds(Runnable commands, Supplier<Optional<Map<String, NamedBackfill>>> backfills, Runnable closing) {}

    /**
     * Times.
     *
     * @param pause between two readings
     * @param refresh how long a stream thread waits, once for each task, with a transaction open
     * @param close how long a close waits for a reading
     */
    record Timing(Duration pause, Duration refresh, Duration close) {
        static Timing withPause(Duration pause) {
            return new Timing(pause, Duration.ofSeconds(2), Duration.ofMillis(1500));
        }
    }

    /**
     * @param known the settings that were read before the start; applied at once
     * @param nanoClock {@code System::nanoTime}, or a test's clock
     */
    ControlFollower(
            Feeds feeds,
            Map<String, NamedBackfill> known,
            ControlListener listener,
            ProblemLog problems,
            Timing timing,
            LongSupplier nanoClock) {
        this.feeds = feeds;
        this.settings = known;
        this.listener = listener;
        this.problems = problems;
        this.timing = timing;
        this.nanoClock = nanoClock;
        this.readNanos = nanoClock.getAsLong();
        listener.apply(known, false);
        long pauseMs = timing.pause.toMillis();
        var unused = thread.scheduleWithFixedDelay(this::readAll, pauseMs, pauseMs, TimeUnit.MILLISECONDS);
    }

    /**
     * Applies the settings of a lane's named backfills that are known, and then each change.
     *
     * @param lane the topic of the backfill lane
     * @param known the settings at present, by name
     */
    public static ControlFollower start(
            ControlTopic topic,
            String lane,
            Map<String, NamedBackfill> known,
            ControlListener listener,
            ProblemLog problems) {
        BackfillFeed backfills = topic.within(READ_LIMIT).followBackfills(lane, listener::rejected);
        return new ControlFollower(
                new Feeds(() -> {}, backfills::current, backfills::close),
                known,
                listener,
                problems,
                Timing.withPause(Duration.ofSeconds(1)),
                System::nanoTime);
    }

    /**
     * As {@link #start(ControlTopic, String, Map, ControlListener, ProblemLog)}, and applies each command for a group of writers as a
     * whole.
     *
     * @param writerGroup the writers' consumer group
     * @param commands receives each command
     */
    public static ControlFollower start(
            ControlTopic topic,
            String lane,
            Map<String, NamedBackfill> known,
            ControlListener listener,
            ProblemLog problems,
            String writerGroup,
            Consumer<Steering> commands) {
        ControlTopic followed = topic.within(READ_LIMIT);
        SteeringFeed steering = followed.follow(writerGroup, listener::rejected);
        BackfillFeed backfills = followed.followBackfills(lane, listener::rejected);
        return new ControlFollower(
                new Feeds(
                        () -> steering.next(COMMAND_LIMIT).ifPresent(commands),
                        // To the present end: a wait for the next record would not notice a deleted topic or a silent
                        // leader.
                        backfills::current,
                        () -> {
                            try {
                                steering.close();
                            } finally {
                                backfills.close();
                            }
                        }),
                known,
                listener,
                problems,
                Timing.withPause(COMMAND_LIMIT),
                System::nanoTime);
    }

    private void readAll() {
        boolean commandsAreRead = attempt(feeds.commands);
        readable = readBackfills(false) && commandsAreRead;
        if (readable) {
            problems.over(PROBLEM);
        }
    }

    private boolean readBackfills(boolean forTask) {
        long began = nanoClock.getAsLong();
        return attempt(() -> {
            settings = feeds.backfills.get().orElse(settings);
            listener.apply(settings, forTask);
            readNanos = began;
        });
    }

    /** Never throws, which would end the schedule, so that no later setting would take effect. */
    private boolean attempt(Runnable reading) {
        if (closed.get()) {
            return false;
        }
        try {
            reading.run();
            return true;
        } catch (RuntimeException e) {
            problems.report(PROBLEM, e.getMessage() + "; " + listener.whileUnreadable());
            listener.unreadable(isOutdated());
            return false;
        }
    }

    @Override
    public void since(long nanos) {
        if (readNanos - nanos >= 0 || !readable) {
            return;
        }
        try {
            Future<?> refresh = thread.submit(() -> {
                readable = readBackfills(true);
            });
            refresh.get(timing.refresh.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            readable = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException e) {
            // The service stops.
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reading never throws", e);
        }
    }

    @Override
    public boolean isRecent() {
        return readable && !isOutdated();
    }

    private boolean isOutdated() {
        return nanoClock.getAsLong() - readNanos >= RECENT.toNanos();
    }

    /**
     * Ends the reading. A Kafka consumer can be used by only one thread at a time, so the feeds are closed by the thread that reads,
     * after a reading that is in progress.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            thread.execute(this::closeFeeds);
            thread.shutdown();
        }
        try {
            var unused = thread.awaitTermination(timing.close.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeFeeds() {
        try {
            feeds.closing.run();
        } catch (RuntimeException e) {
            log.warn("the reading of the control topic could not be closed", e);
        }
    }
}
