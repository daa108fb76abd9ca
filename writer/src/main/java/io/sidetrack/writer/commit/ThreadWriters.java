package io.sidetrack.writer.commit;

import io.sidetrack.writer.buffer.BufferState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The writers of a process, one for each stream thread. Processors and commit gate of a thread find the same one by the
 * thread that they run on: Streams runs both on it, and names it to neither.
 */
public final class ThreadWriters {
    private final Supplier<ThreadWriter> factory;
    /** By stream thread. */
    private final Map<Thread, ThreadWriter> alive = new ConcurrentHashMap<>();
    /** Whether a writer left something undone when the process was stopped. */
    private volatile boolean leftBehind;

    public ThreadWriters(Supplier<ThreadWriter> factory) {
        this.factory = factory;
    }

    /** The writer of the calling stream thread, made at its first call. */
    public ThreadWriter ofThisThread() {
        return alive.computeIfAbsent(Thread.currentThread(), thread -> factory.get());
    }

    /** The writer of the calling thread, if it has taken in anything yet. */
    Optional<ThreadWriter> ofThisThreadIfAny() {
        return Optional.ofNullable(alive.get(Thread.currentThread()));
    }

    /**
     * Ends the calling thread's writer.
     *
     * @param stopping whether the process is being stopped; what a thread leaves behind at any other time is read again
     */
    void retire(Duration limit, boolean stopping) {
        ThreadWriter writer = alive.get(Thread.currentThread());
        if (writer != null) {
            boolean clean = writer.retire(limit);
            if (stopping && !clean) {
                leftBehind = true;
            }
            alive.remove(Thread.currentThread());
        }
    }

    /** Whether everything that was taken in before a stop is finished; asked after it. */
    public boolean allDone() {
        return !leftBehind && alive.isEmpty();
    }

    /** The sum over all threads; the age is that of the oldest. */
    public BufferState state() {
        BufferState sum = new BufferState(0, 0, 0, 0, 0, 0);
        for (ThreadWriter writer : alive.values()) {
            BufferState one = writer.state();
            sum = new BufferState(
                    sum.records() + one.records(),
                    sum.bytes() + one.bytes(),
                    sum.batchesInFlight() + one.batchesInFlight(),
                    sum.inFlightLimit() + one.inFlightLimit(),
                    sum.deadLetters() + one.deadLetters(),
                    Math.max(sum.oldestAgeNanos(), one.oldestAgeNanos()));
        }
        return sum;
    }
}
