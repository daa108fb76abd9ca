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
    private final FreezeWatch freezes;
    private final Runnable alarm;
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

    /** Whether the alarm was raised. */
    private boolean alarmed;

    /** What the caller of {@link #take()} must do outside the lock. */
    private record Work(List<Batch> batches, List<DeadLetter> deadLetters, boolean raisesAlarm) {}

    /**
     * @param patience how long {@link #accept} may wait for room before it pauses the topology
     * @param alarm run once if most records are rejected: the process is to stop, from another thread
     */
    public ThreadWriter(
            WriteBuffer buffer,
            Table table,
            DeadLetterTopic deadLetters,
            ScheduledExecutorService timer,
            PauseSwitch pause,
            Duration patience,
            FreezeWatch freezes,
            Runnable alarm,
            LongSupplier nanoClock) {
        this.buffer = buffer;
        this.table = table;
        this.deadLetters = deadLetters;
        this.timer = timer;
        this.pause = pause;
        this.patience = patience;
        this.freezes = freezes;
        this.alarm = alarm;
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
            full = buffer.isFull(nanoClock.getAsLong()) && !pause.isPaused();
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
            while (!buffer.hasRoom(nanoClock.getAsLong()) && left > 0) {
                left = progress.awaitNanos(left);
            }
            if (buffer.isFull(nanoClock.getAsLong())) {
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
            while (!buffer.isEmpty() && !buffer.isAlarmed() && left > 0) {
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
            while (!buffer.isQuiet() && left > 0) {
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

    /** Whether nothing is sent for a while, because the partitions may be another's by now. */
    boolean isQuarantined() {
        long now = nanoClock.getAsLong();
        return freezes.mayWriteFrom(now) > now;
    }

    /** Whether so much is rejected that waiting for the rest is in vain. */
    boolean isAlarmed() {
        lock.lock();
        try {
            return buffer.isAlarmed();
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
            return new Work(List.of(), List.of(), false);
        }
        long now = nanoClock.getAsLong();
        boolean raisesAlarm = buffer.isAlarmed() && !alarmed;
        alarmed |= raisesAlarm;
        long from = freezes.mayWriteFrom(now);
        List<Batch> batches = from > now ? List.of() : buffer.ready(now);
        Work work = new Work(batches, buffer.takeDeadLetters(), raisesAlarm);
        // While paused there is no punctuator; without its own tick nothing would be sent when the quarantine is over.
        long due = from > now ? from : buffer.nextDueNanos();
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
        if (work.raisesAlarm) {
            alarm.run();
        }
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
            buffer.deadLetterAcknowledged(deadLetter, nanoClock.getAsLong());
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

    /**
     * Under the lock: wakes who waits if there is reason to, and ends the pause if there is room again. To wake the stream
     * thread for each batch, only to have it wait for the next, would cost more than the batch.
     */
    private void progressed() {
        boolean room = buffer.hasRoom(nanoClock.getAsLong());
        if (room || buffer.isEmpty() || buffer.isAlarmed() || buffer.isQuiet()) {
            progress.signalAll();
        }
        if (!commitWaits && room) {
            pause.release(this);
        }
    }
}
