package io.sidetrack.writer;

import io.sidetrack.common.control.BackfillFeed;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.SteeringFeed;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.writer.settings.WriterSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads an operator's commands from the control topic, on its own thread: those for the whole lane, and those for its named
 * backfills.
 */
final class ControlTopicFollower implements SettingsRefresh, AutoCloseable {
    private static final String PROBLEM = "the control topic cannot be read";
    private static final Duration POLL_LIMIT = Duration.ofMillis(500);
    private static final long PAUSE_MS = 500;
    /** Shorter than what `sidetrack backfill resume` waits until every writer knows of it. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);

    private static final Duration CLOSE_LIMIT = Duration.ofMillis(1500);
    /** A stream thread waits no longer than this, once for each task. */
    private static final Duration REFRESH_LIMIT = Duration.ofSeconds(2);
    /** They are read about once a second. */
    private static final Duration RECENT = Duration.ofSeconds(5);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("operator"));
    private final SteeringFeed steering;
    private final BackfillFeed backfills;
    private final BackfillControl named;
    private final WriterMetrics metrics;
    private final ProblemLog problems;
    /** When the last successful reading of the backfills' settings began. */
    private volatile long readNanos = System.nanoTime();
    /** Whether the last reading succeeded. If not, nobody waits for the next one. */
    private volatile boolean readable = true;

    private ControlTopicFollower(
            SteeringFeed steering,
            BackfillFeed backfills,
            BackfillControl named,
            WriterMetrics metrics,
            ProblemLog problems) {
        this.steering = steering;
        this.backfills = backfills;
        this.named = named;
        this.metrics = metrics;
        this.problems = problems;
    }

    /**
     * Applies the operator's last commands before the first record is read, and then each new one.
     *
     * @param metrics counts each invalid record of this writer's group, and of the lane's backfills, and each failure
     */
    static ControlTopicFollower follow(
            WriterConfig config,
            OperatorControl lane,
            BackfillControl named,
            WriterMetrics metrics,
            ProblemLog problems) {
        WriterSettings settings = config.settings();
        ControlTopic topic = new ControlTopic(settings.controlTopic(), config.kafka(), WriterChecks.CLUSTER_LIMIT)
                .with(settings.unreadableControlTopic());
        lane.apply(topic.steering(settings.applicationId()));
        named.apply(topic.backfills(settings.topic()), false);
        ControlTopic followed = new ControlTopic(settings.controlTopic(), config.kafka(), READ_LIMIT)
                .with(settings.unreadableControlTopic());
        ControlTopicFollower follower = new ControlTopicFollower(
                followed.follow(settings.applicationId(), metrics::controlRecordRejected),
                followed.followBackfills(settings.topic(), metrics::controlRecordRejected),
                named,
                metrics,
                problems);
        var unused = follower.thread.scheduleWithFixedDelay(
                () -> follower.poll(lane), PAUSE_MS, PAUSE_MS, TimeUnit.MILLISECONDS);
        return follower;
    }

    /** Applies new commands, if the control topic has any. Never throws, which would end the schedule. */
    private void poll(OperatorControl lane) {
        boolean isRead = attempt(() -> steering.next(POLL_LIMIT).ifPresent(lane::apply));
        readable = readBackfills(false) && isRead;
        if (readable) {
            problems.over(PROBLEM);
        }
    }

    private void apply(Optional<Map<String, NamedBackfill>> changed, boolean forTask) {
        changed.ifPresentOrElse(settings -> named.apply(settings, forTask), () -> named.applyAgain(forTask));
    }

    /**
     * Reads to the present end: a wait for the next record would not notice that the topic was deleted, or that its leader is
     * silent.
     */
    private boolean readBackfills(boolean forTask) {
        long began = System.nanoTime();
        boolean isRead = attempt(() -> apply(backfills.current(), forTask));
        if (isRead) {
            readNanos = began;
        }
        return isRead;
    }

    private void refresh() {
        if (!readBackfills(true)) {
            readable = false;
        }
    }

    @Override
    public void since(long nanos) {
        if (readNanos - nanos >= 0 || !readable) {
            return;
        }
        try {
            thread.submit(this::refresh).get(REFRESH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            readable = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException e) {
            // The writer stops.
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reading never throws", e);
        }
    }

    @Override
    public boolean isRecent() {
        return readable && System.nanoTime() - readNanos <= RECENT.toNanos();
    }

    private boolean attempt(Runnable read) {
        try {
            read.run();
            return true;
        } catch (RuntimeException e) {
            metrics.controlReadFailed();
            problems.report(PROBLEM, e.getMessage() + "; the last commands stay in effect");
            return false;
        }
    }

    /** Closes the feeds once their thread has ended, because a Kafka consumer can be used by only one thread at a time. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                steering.close();
                backfills.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
