package io.sidetrack.writer;

import io.sidetrack.common.thread.Daemons;
import io.sidetrack.writer.thread.Timer;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer with one thread. Cancelled tasks leave its queue at once. */
final class ExecutorTimer implements Timer, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, Daemons.named("timer"));

    ExecutorTimer() {
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        Future<?> scheduled = executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** Runs a task repeatedly, with a pause between two runs. The task must not throw. */
    void every(long nanos, Runnable task) {
        var unused = executor.scheduleWithFixedDelay(task, 0, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
