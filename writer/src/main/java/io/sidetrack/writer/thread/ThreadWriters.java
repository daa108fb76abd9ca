package io.sidetrack.writer.thread;

import io.sidetrack.writer.buffer.Activity;
import io.sidetrack.writer.buffer.BufferState;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.hold.Hold.Stopping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The writers of a process, one for each stream thread. The processors and the commit gate of a stream thread find their
 * common writer by the thread on which they run, because Streams does not connect them otherwise. Thread-safe.
 */
public final class ThreadWriters {
    private final Supplier<WriteBuffer> buffers;
    private final WriterDependencies dependencies;
    private final WaitLimits waitLimits;
    private final Shutdown shutdown;
    /** By stream thread. */
    private final Map<Thread, ThreadWriter> alive = new ConcurrentHashMap<>();
    /** Writers of ended threads that still hold records, because a batch or a dead letter of theirs has no outcome yet. */
    private final Set<ThreadWriter> unfinished = ConcurrentHashMap.newKeySet();
    /** Whether records were left unfinished or uncommitted in the shutdown. */
    private volatile boolean leftBehind;
    /** By partition, the offset of the last record accepted from a task that the shutdown has closed. */
    private final Map<Integer, Long> lastAccepted = new ConcurrentHashMap<>();

    /**
     * @param buffers makes the buffer of a thread
     * @param shutdownLimit the time limit of a shutdown
     */
    public ThreadWriters(
            Supplier<WriteBuffer> buffers,
            WriterDependencies dependencies,
            WaitLimits waitLimits,
            Duration shutdownLimit) {
        this.buffers = buffers;
        this.dependencies = dependencies;
        this.waitLimits = waitLimits;
        this.shutdown = new Shutdown(shutdownLimit);
    }

    /** The writer of the calling stream thread, created at its first call. */
    public ThreadWriter ofThisThread() {
        return of(Thread.currentThread());
    }

    ThreadWriter of(Thread streamThread) {
        return alive.computeIfAbsent(
                streamThread,
                thread -> new ThreadWriter(thread.getName(), buffers.get(), dependencies, waitLimits, shutdown));
    }

    /** The writer of the calling thread; empty if none was created yet. */
    public Optional<ThreadWriter> ofThisThreadIfAny() {
        return ofIfAny(Thread.currentThread());
    }

    Optional<ThreadWriter> ofIfAny(Thread streamThread) {
        return Optional.ofNullable(alive.get(streamThread));
    }

    /**
     * Begins the shutdown: stops reading, because Streams checks for a shutdown only when it has nothing left to process, and
     * sets the deadline for the remaining writes. Must be called before the Streams client is closed.
     */
    public void stop() {
        if (shutdown.begin(dependencies.nanoClock().getAsLong())) {
            dependencies.holds().add(new Stopping());
            alive.values().forEach(ThreadWriter::recheckWait);
        }
    }

    /**
     * Records that a task is being closed; on its stream thread. A task that a shutdown closes without a commit leaves
     * records behind.
     *
     * @param dirty whether the task is closed without a commit
     */
    public void onClose(LaneTask task, boolean dirty) {
        if (shutdown.hasBegun()) {
            leftBehind |= dirty;
            if (task.acceptedOffset() >= 0) {
                lastAccepted.merge(task.partition(), task.acceptedOffset(), Math::max);
            }
        }
    }

    /** Retires the calling thread's writer; records that it leaves unfinished are read again. */
    public void retire() {
        retire(Thread.currentThread());
    }

    private void retire(Thread thread) {
        ThreadWriter writer = alive.get(thread);
        if (writer != null) {
            writer.await(beginRetirement(thread));
            endRetirement(thread);
        }
    }

    /** See {@link ThreadWriter#retire}. */
    Wait beginRetirement(Thread thread) {
        ThreadWriter writer = alive.get(thread);
        if (shutdown.hasBegun() && writer.state().records() > 0) {
            leftBehind = true;
        }
        return writer.retire();
    }

    void endRetirement(Thread thread) {
        ThreadWriter writer = alive.remove(thread);
        if (writer.state().records() > 0) {
            unfinished.add(writer);
        }
    }

    /** Retires the writers of threads that have died without closing their producer; to be called periodically. */
    public void sweep() {
        alive.keySet().stream().filter(thread -> !thread.isAlive()).toList().forEach(this::retire);
    }

    /**
     * Whether every record accepted before the shutdown is finished, and no task was closed without a commit. Valid after
     * the shutdown.
     */
    public boolean allDone() {
        return !leftBehind && alive.isEmpty();
    }

    /** By partition, the offset of the last record of each task that the shutdown has closed. Valid after the shutdown. */
    public Map<Integer, Long> lastAccepted() {
        return Map.copyOf(lastAccepted);
    }

    private List<LaneTask> tasks() {
        List<LaneTask> tasks = new ArrayList<>();
        alive.values().forEach(writer -> tasks.addAll(writer.tasks()));
        return tasks;
    }

    /** The partitions that this process reads. */
    public List<Integer> partitions() {
        return tasks().stream().map(LaneTask::partition).toList();
    }

    /**
     * Whether some polled record has not been accepted by a buffer.
     *
     * @param polled by partition, the offset of the last record that was polled and not committed
     */
    public boolean hasUnread(Map<Integer, Long> polled) {
        return tasks().stream().anyMatch(task -> polled.getOrDefault(task.partition(), -1L) > task.acceptedOffset());
    }

    /** The progress of all threads together, and what they wait for. */
    public Activity activity() {
        return alive.values().stream().map(ThreadWriter::activity).reduce(Activity.NONE, Activity::plus);
    }

    /** The state of all buffers together; the age is that of the oldest record. */
    public BufferState state() {
        unfinished.removeIf(writer -> writer.state().records() == 0);
        BufferState sum = BufferState.EMPTY;
        for (ThreadWriter writer : alive.values()) {
            sum = sum.plus(writer.state());
        }
        for (ThreadWriter writer : unfinished) {
            sum = sum.plus(writer.state());
        }
        return sum;
    }
}
