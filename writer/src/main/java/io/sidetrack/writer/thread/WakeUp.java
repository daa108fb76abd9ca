package io.sidetrack.writer.thread;

import java.util.function.LongConsumer;

/**
 * The timer of a stream thread's writer. It ends retry delays and waits for the budget, because punctuators do not run
 * while the topology is paused. At most one task is pending at any time: an earlier time replaces the pending task, and a
 * later one is ignored, because the task schedules the next one itself. Not thread-safe: the caller holds the writer's
 * lock.
 */
final class WakeUp {
    private final Timer timer;
    /** Receives the number of the task, for {@link #begins}. */
    private final LongConsumer task;

    /** When the pending task runs; {@link Long#MAX_VALUE} if none is pending. */
    private long atNanos = Long.MAX_VALUE;

    private Runnable cancel = () -> {};
    private long number;

    WakeUp(Timer timer, LongConsumer task) {
        this.timer = timer;
        this.task = task;
    }

    /** Ensures that the task runs by a time; {@link Long#MAX_VALUE} for never. */
    void by(long dueNanos, long nowNanos) {
        if (dueNanos >= atNanos) {
            return;
        }
        cancel.run();
        atNanos = dueNanos;
        long mine = ++number;
        cancel = timer.after(Math.max(0, dueNanos - nowNanos), () -> task.accept(mine));
    }

    /** Begins the task. @return false if the task was cancelled when it was already running */
    boolean begins(long itsNumber) {
        if (itsNumber != number || atNanos == Long.MAX_VALUE) {
            return false;
        }
        atNanos = Long.MAX_VALUE;
        return true;
    }

    void cancel() {
        cancel.run();
        atNanos = Long.MAX_VALUE;
    }
}
