package io.sidetrack.writer.commit;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.BufferState;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.item.Mapped;
import io.sidetrack.writer.table.Table;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing of one stream thread: owns the lock on the thread's buffer, sends what the buffer says, and lets the
 * thread wait for it. The stream thread adds, ticks and drains; answers come on other threads; a timer ends retry
 * delays, because a punctuator does not run while the topology is paused.
 */
public final class ThreadWriter {
    private static final Logger log = LoggerFactory.getLogger(ThreadWriter.class);
    private static final BatchOutcome LOST = new BatchOutcome.RetryAll(RetryCause.CONNECTION);
    private static final Duration DEAD_LETTER_RETRY = Duration.ofSeconds(1);

    private final WriteBuffer buffer;
    private final Table table;
    private final DeadLetterTopic deadLetters;
    private final ScheduledExecutorService timer;
    private final PauseSwitch pause;
    private final Duration patience;
    private final LongSupplier nanoClock;

    /** Guards {@link #buffer} and all fields below. Nothing that blocks is done under it. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when records have finished. */
    private final Condition progress = lock.newCondition();
    /** How to ask Streams for a commit, of each task of the thread. */
    private final Set<Runnable> commitRequests = new LinkedHashSet<>();
    /** When the timer will tick next; {@link Long#MAX_VALUE} for never. */
    private long tickAtNanos = Long.MAX_VALUE;
    /** Whether a commit waits for the buffer to be empty; then the pause is not released before it is. */
    private boolean commitWaits;

    private boolean retired;

    /** What the caller of {@link #take()} must do outside the lock. */
    private record Work(List<Batch> batches, List<DeadLetter> deadLetters) {}

    /** @param patience how long {@link #accept} may wait for room before it pauses the topology */
    public ThreadWriter(
            WriteBuffer buffer,
            Table table,
            DeadLetterTopic deadLetters,
            ScheduledExecutorService timer,
            PauseSwitch pause,
            Duration patience,
            LongSupplier nanoClock) {
        this.buffer = buffer;
        this.table = table;
        this.deadLetters = deadLetters;
        this.timer = timer;
        this.pause = pause;
        this.patience = patience;
        this.nanoClock = nanoClock;
    }

    /**
     * Takes in a record; on the stream thread. If the buffer is full this waits a moment for room, and then pauses the
     * topology: Streams finishes the round of records that it has begun, and no more.
     */
    public void accept(Mapped mapped) {
        Work work;
        boolean full;
        lock.lock();
        try {
            buffer.add(mapped, nanoClock.getAsLong());
            work = take();
            full = buffer.isFull() && !pause.isPaused();
        } finally {
            lock.unlock();
        }
        send(work);
        if (full) {
            awaitRoom();
        }
    }

    private void awaitRoom() {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (buffer.isFull() && left > 0) {
                left = progress.awaitNanos(left);
            }
            if (buffer.isFull()) {
                pause.hold(this);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Sends what has waited long enough. */
    public void tick() {
        Work work;
        lock.lock();
        try {
            work = take();
        } finally {
            lock.unlock();
        }
        send(work);
    }

    /**
     * Waits until every record that was taken in is finished: written, superseded, or acknowledged as a dead letter.
     *
     * @return whether they are; if not, nothing has changed, and draining can be tried again
     */
    boolean drain(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            buffer.drain(true);
        } finally {
            lock.unlock();
        }
        tick();
        lock.lock();
        try {
            while (!buffer.isEmpty() && left > 0) {
                left = progress.awaitNanos(left);
            }
            return buffer.isEmpty();
        } finally {
            buffer.drain(false);
            lock.unlock();
        }
    }

    /**
     * Stops taking in records until the buffer is empty, and asks Streams for a commit at once. Without this, a table
     * slower than the topic would have the buffer full again at every commit, and none would ever succeed.
     */
    void holdForCommit() {
        lock.lock();
        try {
            commitWaits = true;
            pause.hold(this);
            commitRequests.forEach(Runnable::run);
        } finally {
            lock.unlock();
        }
    }

    /** The commit may go ahead. */
    void committing() {
        lock.lock();
        try {
            commitWaits = false;
            pause.release(this);
        } finally {
            lock.unlock();
        }
    }

    /** Says how to ask for a commit of a task; on the stream thread. */
    public void opened(Runnable commitRequest) {
        lock.lock();
        try {
            commitRequests.add(commitRequest);
        } finally {
            lock.unlock();
        }
    }

    /** A task is closed. After a clean close nothing of it is left here; after any other, another owner has it now. */
    public void closed(Runnable commitRequest, String topic, int partition) {
        lock.lock();
        try {
            commitRequests.remove(commitRequest);
            buffer.forget(topic, partition, nanoClock.getAsLong());
            progressed();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends with the thread: sends nothing more, and waits for what is in flight, so that no write of this thread can
     * land after one of the partition's next owner.
     *
     * @return whether nothing was left undone
     */
    boolean retire(Duration limit) {
        lock.lock();
        try {
            boolean clean = buffer.isEmpty();
            retired = true;
            long left = limit.toNanos();
            while (buffer.state(0).batchesInFlight() > 0 && left > 0) {
                left = progress.awaitNanos(left);
            }
            pause.release(this);
            return clean;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** How the thread's buffer stands; from any thread. */
    BufferState state() {
        lock.lock();
        try {
            return buffer.state(nanoClock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private Work take() {
        if (retired) {
            return new Work(List.of(), List.of());
        }
        long now = nanoClock.getAsLong();
        Work work = new Work(buffer.ready(now), buffer.takeDeadLetters());
        long due = buffer.nextDueNanos();
        if (due < tickAtNanos) {
            tickAtNanos = due;
            later(this::timedTick, Math.max(0, due - now));
        }
        return work;
    }

    private void timedTick() {
        lock.lock();
        try {
            tickAtNanos = Long.MAX_VALUE;
        } finally {
            lock.unlock();
        }
        tick();
    }

    private void later(Runnable task, long delayNanos) {
        var unused = timer.schedule(() -> guarded(task), delayNanos, TimeUnit.NANOSECONDS);
    }

    /** On threads that are not the stream thread, where an exception would vanish without a word. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a step of the writer failed; what it held is not committed", e);
        }
    }

    private void send(Work work) {
        for (Batch batch : work.batches) {
            // The table promises not to fail; were a failure ignored, the batch would be in flight for ever.
            var unused = table.write(batch)
                    .whenComplete(
                            (outcome, failure) -> guarded(() -> completed(batch, failure == null ? outcome : LOST)));
        }
        for (DeadLetter deadLetter : work.deadLetters) {
            var unused = deadLetters
                    .send(deadLetter)
                    .whenComplete(
                            (sent, failure) -> guarded(() -> sentDeadLetter(deadLetter, failure == null && sent)));
        }
    }

    private void completed(Batch batch, BatchOutcome outcome) {
        Work work;
        lock.lock();
        try {
            buffer.complete(batch, outcome, nanoClock.getAsLong());
            progressed();
            work = take();
        } finally {
            lock.unlock();
        }
        send(work);
    }

    private void sentDeadLetter(DeadLetter deadLetter, boolean acknowledged) {
        if (!acknowledged) {
            later(() -> returned(deadLetter), DEAD_LETTER_RETRY.toNanos());
            return;
        }
        lock.lock();
        try {
            buffer.deadLetterAcknowledged(deadLetter);
            progressed();
        } finally {
            lock.unlock();
        }
    }

    private void returned(DeadLetter deadLetter) {
        lock.lock();
        try {
            buffer.deadLetterFailed(deadLetter);
        } finally {
            lock.unlock();
        }
        tick();
    }

    /** Under the lock: wakes who waits, and ends the pause if there is room again. */
    private void progressed() {
        progress.signalAll();
        if (!commitWaits && buffer.hasRoom()) {
            pause.release(this);
        }
    }
}
