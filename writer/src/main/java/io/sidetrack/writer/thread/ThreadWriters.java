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
 * The writers of a process, one for each stream thread. The processors and the commit gate of a thread find the same one
 * by the thread that they run on: Streams runs both on it, and names it to neither. Thread-safe.
 */
public final class ThreadWriters {
    private final Supplier<WriteBuffer> buffers;
    private final WriterDependencies outlets;
    private final WaitLimits patience;
    private final Shutdown shutdown;
    /** By stream thread. */
    private final Map<Thread, ThreadWriter> alive = new ConcurrentHashMap<>();
    /** Writers of ended threads that still hold records, because a dead letter or a call of theirs is not answered. */
    private final Set<ThreadWriter> unanswered = ConcurrentHashMap.newKeySet();
    /** Whether records were left unfinished or uncommitted when the process was stopped. */
    private volatile boolean leftBehind;
    /** By partition, the offset of the last record that a task had taken in when the shutdown closed it. */
    private final Map<Integer, Long> lastAccepted = new ConcurrentHashMap<>();

    /**
     * @param buffers makes the buffer of a thread
     * @param shutdownLimit how long a shutdown may take
     */
    public ThreadWriters(
            Supplier<WriteBuffer> buffers, WriterDependencies outlets, WaitLimits patience, Duration shutdownLimit) {
        this.buffers = buffers;
        this.outlets = outlets;
        this.patience = patience;
        this.shutdown = new Shutdown(shutdownLimit);
    }

    /** The writer of the calling stream thread, made at its first call. */
    public ThreadWriter ofThisThread() {
        return of(Thread.currentThread());
    }

    ThreadWriter of(Thread streamThread) {
        return alive.computeIfAbsent(
                streamThread, thread -> new ThreadWriter(thread.getName(), buffers.get(), outlets, patience, shutdown));
    }

    /** The writer of the calling thread, if it has taken in anything yet. */
    public Optional<ThreadWriter> ofThisThreadIfAny() {
        return ofIfAny(Thread.currentThread());
    }

    Optional<ThreadWriter> ofIfAny(Thread streamThread) {
        return Optional.ofNullable(alive.get(streamThread));
    }

    /**
     * Begins the shutdown: stops reading, because Streams notices a shutdown only when it has nothing left to process,
     * and sets the deadline of everything that is still to be written. Must be called before the Streams client is closed.
     */
    public void stop() {
        if (shutdown.begin(outlets.nanoClock().getAsLong())) {
            outlets.holds().add(new Stopping());
            alive.values().forEach(ThreadWriter::reconsider);
        }
    }

    /**
     * A task is being closed; on its stream thread. What a shutdown closes without a commit is left behind.
     *
     * @param dirty whether there is no commit
     */
    public void closing(LaneTask task, boolean dirty) {
        if (shutdown.hasBegun()) {
            leftBehind |= dirty;
            if (task.acceptedOffset() >= 0) {
                lastAccepted.merge(task.partition(), task.acceptedOffset(), Math::max);
            }
        }
    }

    /** Ends the calling thread's writer; what a thread leaves behind is read again. */
    public void retire() {
        retire(Thread.currentThread());
    }

    private void retire(Thread thread) {
        ThreadWriter writer = alive.get(thread);
        if (writer != null) {
            writer.await(retirementBegins(thread));
            retirementEnds(thread);
        }
    }

    /** See {@link ThreadWriter#retire}. */
    Wait retirementBegins(Thread thread) {
        ThreadWriter writer = alive.get(thread);
        if (shutdown.hasBegun() && writer.state().records() > 0) {
            leftBehind = true;
        }
        return writer.retire();
    }

    void retirementEnds(Thread thread) {
        ThreadWriter writer = alive.remove(thread);
        if (writer.state().records() > 0) {
            unanswered.add(writer);
        }
    }

    /** Ends the writers of threads that have died without closing their producer; to be called now and then. */
    public void sweep() {
        alive.keySet().stream().filter(thread -> !thread.isAlive()).toList().forEach(this::retire);
    }

    /**
     * Whether everything that was taken in before a shutdown is finished, and no task was closed without a commit; known
     * after it.
     */
    public boolean allDone() {
        return !leftBehind && alive.isEmpty();
    }

    /** By partition, the offset of the last record of each task that the shutdown has closed; known after it. */
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
     * Whether a record was polled that no buffer has taken in.
     *
     * @param polled by partition, the offset of the last record that was polled and not committed
     */
    public boolean hasUnread(Map<Integer, Long> polled) {
        return tasks().stream().anyMatch(task -> polled.getOrDefault(task.partition(), -1L) > task.acceptedOffset());
    }

    /** What all threads together have achieved, and what they wait for. */
    public Activity activity() {
        return alive.values().stream().map(ThreadWriter::activity).reduce(Activity.NONE, Activity::plus);
    }

    /** The sum over all threads; ages are those of the oldest. */
    public BufferState state() {
        unanswered.removeIf(writer -> writer.state().records() == 0);
        BufferState sum = BufferState.EMPTY;
        for (ThreadWriter writer : alive.values()) {
            sum = sum.plus(writer.state());
        }
        for (ThreadWriter writer : unanswered) {
            sum = sum.plus(writer.state());
        }
        return sum;
    }
}
