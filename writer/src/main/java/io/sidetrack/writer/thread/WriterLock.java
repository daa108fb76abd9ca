package io.sidetrack.writer.thread;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The lock of a stream thread's writer, and the current wait of the stream thread. A wait ends at its deadline, by {@link
 * #wakeIfOver} after an event, or by {@link #wake} if its deadline may have changed. No code blocks while it holds the
 * lock.
 */
final class WriterLock {
    private static final Wait NONE = nowNanos -> 0;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waitMayBeOver = lock.newCondition();
    private final LongSupplier nanoClock;
    /** The current wait of the stream thread; guarded by the lock. */
    private Wait waiting = NONE;

    WriterLock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Runs an action under the lock. */
    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Blocks the stream thread until a wait is over, or until the thread is interrupted. */
    void await(Wait wait) {
        lock.lock();
        try {
            waiting = wait;
            long left = wait.leftNanos(nanoClock.getAsLong());
            while (left > 0) {
                var unused = waitMayBeOver.awaitNanos(left);
                left = wait.leftNanos(nanoClock.getAsLong());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting = NONE;
            lock.unlock();
        }
    }

    /**
     * Wakes the stream thread if its wait is over; under the lock. Waking it for each batch, only to wait for the next one,
     * would cost more than the batch.
     */
    void wakeIfOver(long nowNanos) {
        if (waiting.leftNanos(nowNanos) <= 0) {
            waitMayBeOver.signalAll();
        }
    }

    /** Wakes the stream thread, which checks its wait again. */
    void wake() {
        lock.lock();
        try {
            waitMayBeOver.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
