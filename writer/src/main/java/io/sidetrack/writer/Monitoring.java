package io.sidetrack.writer;

import io.sidetrack.common.http.Health;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.writer.watch.LaneLag;
import io.sidetrack.writer.watch.ShareWatch;
import io.sidetrack.writer.watch.StallMonitor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs the monitors of the writer on their own threads, and adds a stall to the health of the Streams client. */
final class Monitoring implements Health, AutoCloseable {
    private static final Duration STALL_SAMPLE = Duration.ofMillis(250);
    private static final Duration LAG_SAMPLE = Duration.ofSeconds(10);
    private static final Duration PROBLEM_TICK = Duration.ofSeconds(1);

    private final Health streams;
    private final StallMonitor stall;
    private final ScheduledExecutorService stallThread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("watchdog"));
    private final ScheduledExecutorService lagThread = Executors.newSingleThreadScheduledExecutor(Daemons.named("lag"));
    private final ScheduledExecutorService shareThread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("share"));

    private Monitoring(Health streams, StallMonitor stall) {
        this.streams = streams;
        this.stall = stall;
    }

    /**
     * Starts the threads.
     *
     * @param tick retires the writers of dead stream threads and updates the share of the lane
     */
    static Monitoring start(
            Health streams, StallMonitor stall, Runnable tick, LaneLag lag, ShareWatch share, ProblemLog problems) {
        Monitoring monitoring = new Monitoring(streams, stall);
        monitoring.every(monitoring.stallThread, STALL_SAMPLE, problems, () -> {
            stall.run();
            tick.run();
        });
        monitoring.every(monitoring.stallThread, PROBLEM_TICK, problems, problems::tick);
        monitoring.every(monitoring.lagThread, LAG_SAMPLE, problems, lag);
        monitoring.every(monitoring.shareThread, ShareWatch.INTERVAL, problems, share);
        return monitoring;
    }

    @SuppressWarnings("CatchingUnchecked") // An Error would cancel the schedule too.
    private void every(ScheduledExecutorService thread, Duration pause, ProblemLog problems, Runnable task) {
        // A task that throws would never run again, and its last result would be reported forever.
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (Throwable e) {
                problems.report("monitoring fails", "monitoring fails: " + e);
            }
        };
        var unused = thread.scheduleWithFixedDelay(guarded, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Optional<String> notLive() {
        return streams.notLive().or(stall::stalled);
    }

    @Override
    public Optional<String> notReady() {
        return streams.notReady();
    }

    @Override
    public void close() {
        stallThread.shutdownNow();
        lagThread.shutdownNow();
        shareThread.shutdownNow();
    }
}
