package io.sidetrack.writer.thread;

import java.util.function.LongConsumer;

/**
 * The one timer of a stream thread's writer. It ends retry delays and waits for the budget, because a punctuator does not
 * run while the topology is paused. At most one task is pending at any time: a time that is superseded is cancelled, and
 * a later time waits until the pending task has run. Not thread-safe: the caller holds the writer's lock.
 */
final class WakeUp {
    private final Timer timer;
    /** Called with the number of the task, which is to be passed to {@link #begins}. */
    private final LongConsumer task;

    /** When the pending task runs; {@link Long#MAX_VALUE} if none is pending. */
    private long atNanos = Long.MAX_VALUE;

    private Runnable cancel = () -> {};
    private long number;

    WakeUp(Timer timer, LongConsumer task) {
        this.timer = timer;
        this.task = task;
    }

    /** Makes sure that the task runs by a time; {@link Long#MAX_VALUE} for no time at all. */
    void by(long dueNanos, long nowNanos) {
        if (dueNanos >= atNanos) {
            return;
        }
        cancel.run();
        atNanos = dueNanos;
        long mine = ++number;
        cancel = timer.after(Math.max(0, dueNanos - nowNanos), () -> task.accept(mine));
    }

    /** The task begins. @return whether it is the pending one, and not one that was cancelled too late */
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
