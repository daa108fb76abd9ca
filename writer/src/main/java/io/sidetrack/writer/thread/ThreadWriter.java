package io.sidetrack.writer.thread;

import io.sidetrack.writer.buffer.Activity;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.BufferState;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.item.Mapped;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The writing of one stream thread: owns the lock on the thread's buffer and sends what the buffer decides. The stream
 * thread adds, ticks, drains and closes; answers and the timer come on other threads.
 *
 * <p>The stream thread waits in four places. Each wait is a {@link Wait} with a deadline, begun here and ended here, so
 * that the thread that waits is the caller's choice: {@link #await} blocks a real thread, a simulation lets a model of
 * one wait in virtual time.
 */
public final class ThreadWriter {
    private static final BatchOutcome LOST = new BatchOutcome.RetryAll(RetryCause.CONNECTION);
    private static final Wait NONE = nowNanos -> 0;

    private final WriteBuffer buffer;
    private final Outlets outlets;
    private final Patience patience;
    private final Shutdown shutdown;

    /** Guards {@link #buffer} and all fields below. Nothing that blocks is done under it. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when {@link #waiting} is over. */
    private final Condition waitIsOver = lock.newCondition();
    /** What the stream thread waits for now. */
    private Wait waiting = NONE;

    private final WakeUp wakeUp;
    private final ThreadHolds threadHolds;
    private final Set<LaneTask> openTasks = Collections.newSetFromMap(new IdentityHashMap<>());
    /**
     * Until when nothing is sent, because tasks are being closed without a commit: no write may follow those in flight,
     * which may have to land before the next owner's. Ends at the next step of the stream thread that is not a close.
     */
    private long silentUntilNanos = Long.MIN_VALUE;
    /** Until when the flushes of the current revocation wait; {@link Long#MAX_VALUE} if there is none. */
    private long revocationEndsNanos = Long.MAX_VALUE;

    private boolean retired;
    private boolean alarmed;

    /** What the caller of {@link #take()} must do outside the lock. */
    private record Work(List<Batch> batches, List<DeadLetter> deadLetters, boolean raisesAlarm) {
        static final Work NONE = new Work(List.of(), List.of(), false);
    }

    ThreadWriter(String thread, WriteBuffer buffer, Outlets outlets, Patience patience, Shutdown shutdown) {
        this.buffer = buffer;
        this.outlets = outlets;
        this.patience = patience;
        this.shutdown = shutdown;
        this.wakeUp = new WakeUp(outlets.timer(), number -> guarded(() -> wake(number)));
        this.threadHolds =
                new ThreadHolds(outlets.holds(), thread, patience.onInterval().toNanos());
    }

    /** Blocks the stream thread until a wait is over. */
    void await(Wait wait) {
        lock.lock();
        try {
            waiting = wait;
            long left = wait.leftNanos(now());
            while (left > 0) {
                var unused = waitIsOver.awaitNanos(left);
                left = wait.leftNanos(now());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting = NONE;
            lock.unlock();
        }
    }

    /** A task was assigned to the thread; on the stream thread. */
    public void opened(LaneTask task) {
        lock.lock();
        try {
            openTasks.add(task);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes in a record; on the stream thread. If the buffer is full, this waits a moment for room and then pauses the
     * topology: Streams finishes the round of records that it has begun, and no more.
     */
    public void accept(LaneTask task, long offset, Mapped mapped) {
        if (!add(task, offset, mapped)) {
            await(roomWait());
            roomWaitEnds();
        }
    }

    /** Takes in a record without waiting. @return whether there is room for more, or waiting for it makes no sense */
    boolean add(LaneTask task, long offset, Mapped mapped) {
        Work work;
        boolean full;
        lock.lock();
        try {
            streamThreadIsBack();
            revocationEndsNanos = Long.MAX_VALUE;
            task.accepted(offset);
            buffer.add(mapped, now());
            work = take();
            full = buffer.isFull(now()) && !outlets.holds().isPaused();
        } finally {
            lock.unlock();
        }
        send(work);
        return !full;
    }

    /** The wait of a thread whose buffer is full. A hold that is added meanwhile, such as a shutdown's, ends it. */
    Wait roomWait() {
        long until = now() + patience.forRoom().toNanos();
        return nowNanos -> buffer.hasRoom(nowNanos) || outlets.holds().isPaused() ? 0 : until - nowNanos;
    }

    void roomWaitEnds() {
        lock.lock();
        try {
            if (buffer.isFull(now())) {
                threadHolds.full();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends what has waited long enough; on the stream thread. */
    public void tick() {
        Work work;
        lock.lock();
        try {
            streamThreadIsBack();
            revocationEndsNanos = Long.MAX_VALUE;
            work = take();
        } finally {
            lock.unlock();
        }
        send(work);
    }

    /** The stream thread does something other than closing tasks. */
    private void streamThreadIsBack() {
        silentUntilNanos = Long.MIN_VALUE;
    }

    /**
     * Waits until every record that was taken in is finished; on the stream thread.
     *
     * @param canBePutOff whether Streams tries the commit again if this fails
     * @return whether everything is finished, so that the commit may go ahead
     */
    public boolean drain(boolean canBePutOff) {
        await(drainBegins(canBePutOff));
        return drainEnds(canBePutOff);
    }

    /**
     * Begins to drain: until {@link #drainEnds} is called, batches do not wait to be full. The wait is over when every
     * record that was taken in is finished (written, superseded, stale, or acknowledged as a dead letter), or when it is
     * in vain.
     *
     * @param canBePutOff whether Streams tries again; then the wait is short, and none at all while nothing may be sent,
     *     because only a poll can show whether the partitions still belong to this member. Otherwise all flushes of one
     *     revocation or shutdown have one deadline
     */
    Wait drainBegins(boolean canBePutOff) {
        Work work;
        long until;
        lock.lock();
        try {
            streamThreadIsBack();
            buffer.drain(true);
            work = take();
            until = drainUntil(canBePutOff);
        } finally {
            lock.unlock();
        }
        send(work);
        return nowNanos -> buffer.isEmpty() || buffer.isAlarmed() || (canBePutOff && isQuarantined(nowNanos))
                ? 0
                : Math.min(until, shutdown.writeUntilNanos()) - nowNanos;
    }

    private long drainUntil(boolean canBePutOff) {
        long now = now();
        if (canBePutOff) {
            revocationEndsNanos = Long.MAX_VALUE;
            return now + patience.onInterval().toNanos();
        }
        if (revocationEndsNanos == Long.MAX_VALUE) {
            revocationEndsNanos = now + patience.onRevocation().toNanos();
        }
        return revocationEndsNanos;
    }

    /**
     * Ends a drain; on the stream thread. If it failed and can be put off, reading stops until the commit has succeeded.
     *
     * @return whether everything is finished, so that the commit may go ahead
     */
    boolean drainEnds(boolean canBePutOff) {
        lock.lock();
        try {
            buffer.drain(false);
            if (buffer.isEmpty()) {
                revocationEndsNanos = Long.MAX_VALUE;
                threadHolds.durable();
                return true;
            }
            if (canBePutOff) {
                threadHolds.commitPutOff(openTasks);
                openTasks.forEach(LaneTask::requestCommit);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A task is closed; on the stream thread. After a clean close nothing of it is left here. After any other, its next
     * owner reads its records again, so they are forgotten; the stream thread should wait for those in flight, so that
     * none of them lands on top of a newer write of the next owner.
     *
     * @return ends when nothing of the partition is in flight
     */
    Wait close(LaneTask task) {
        lock.lock();
        try {
            openTasks.remove(task);
            threadHolds.closed(task);
            long now = now();
            buffer.forget(task.topic(), task.partition(), now);
            if (!buffer.isQuiet(task.topic(), task.partition()) && silentUntilNanos <= now) {
                silentUntilNanos = now + patience.forAnswers().toNanos();
            }
            progressed();
        } finally {
            lock.unlock();
        }
        long until = silentUntilNanos;
        return nowNanos -> buffer.isQuiet(task.topic(), task.partition())
                ? 0
                : Math.min(until, shutdown.answersUntilNanos()) - nowNanos;
    }

    /** {@link #close}, on a real stream thread. */
    public void closed(LaneTask task) {
        await(close(task));
    }

    /**
     * Ends with the thread: nothing more is sent. The thread should wait for what is in flight, so that no write of it
     * lands on top of one of the partitions' next owner.
     *
     * @return ends when nothing is in flight
     */
    Wait retire() {
        long until;
        lock.lock();
        try {
            retired = true;
            wakeUp.cancel();
            threadHolds.retired();
            // Streams has closed its tasks by now, unless it has failed in that too.
            openTasks.forEach(task -> buffer.forget(task.topic(), task.partition(), now()));
            openTasks.clear();
            until = now() + patience.forAnswers().toNanos();
        } finally {
            lock.unlock();
        }
        return nowNanos -> buffer.isQuiet() ? 0 : Math.min(until, shutdown.answersUntilNanos()) - nowNanos;
    }

    /** A shutdown has begun: waits may be over, or end earlier than the stream thread knows. */
    void reconsider() {
        lock.lock();
        try {
            waitIsOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isQuarantined(long nowNanos) {
        return outlets.freezes().mayWriteFrom(nowNanos) > nowNanos;
    }

    /** How the thread's buffer stands; from any thread. */
    BufferState state() {
        lock.lock();
        try {
            return buffer.state(now());
        } finally {
            lock.unlock();
        }
    }

    /** What the thread's buffer has achieved, and what it waits for; from any thread. */
    Activity activity() {
        lock.lock();
        try {
            return buffer.activity(now());
        } finally {
            lock.unlock();
        }
    }

    /** The open tasks; from any thread. */
    List<LaneTask> tasks() {
        lock.lock();
        try {
            return List.copyOf(openTasks);
        } finally {
            lock.unlock();
        }
    }

    private long now() {
        return outlets.nanoClock().getAsLong();
    }

    /** Under the lock: what is to be sent now, and when to look again. */
    private Work take() {
        if (retired) {
            return Work.NONE;
        }
        long now = now();
        boolean raisesAlarm = buffer.isAlarmed() && !alarmed;
        alarmed |= raisesAlarm;
        long from = Math.max(outlets.freezes().mayWriteFrom(now), silentUntilNanos);
        List<Batch> batches = from > now ? List.of() : buffer.ready(now);
        List<DeadLetter> deadLetters = buffer.takeDeadLetters(now);
        // While paused there is no punctuator; without its own tick nothing would be sent when the silence is over.
        long due = from > now ? from : buffer.nextDueNanos();
        wakeUp.by(Math.min(due, threadHolds.nextDueNanos()), now);
        return batches.isEmpty() && deadLetters.isEmpty() && !raisesAlarm
                ? Work.NONE
                : new Work(batches, deadLetters, raisesAlarm);
    }

    private void wake(long number) {
        Work work;
        lock.lock();
        try {
            if (!wakeUp.begins(number)) {
                return;
            }
            work = take();
            progressed();
        } finally {
            lock.unlock();
        }
        send(work);
    }

    private void send(Work work) {
        if (work.raisesAlarm) {
            outlets.emergency().mostlyRejected();
        }
        for (Batch batch : work.batches) {
            // The table promises not to fail; were a failure ignored, the batch would be in flight for ever.
            var unused = outlets.table()
                    .write(batch)
                    .whenComplete(
                            (outcome, failure) -> guarded(() -> answered(batch, failure == null ? outcome : LOST)));
        }
        for (DeadLetter deadLetter : work.deadLetters) {
            var unused = outlets.deadLetters()
                    .send(deadLetter)
                    .whenComplete(
                            (accepted, failure) -> guarded(() -> answered(deadLetter, failure == null && accepted)));
        }
    }

    private void answered(Batch batch, BatchOutcome outcome) {
        Work work;
        lock.lock();
        try {
            buffer.complete(batch, outcome, now());
            work = take();
            progressed();
        } finally {
            lock.unlock();
        }
        send(work);
    }

    private void answered(DeadLetter deadLetter, boolean acknowledged) {
        Work work;
        lock.lock();
        try {
            if (acknowledged) {
                buffer.deadLetterAcknowledged(deadLetter, now());
            } else {
                buffer.deadLetterFailed(deadLetter, now());
            }
            work = take();
            progressed();
        } finally {
            lock.unlock();
        }
        send(work);
    }

    /** Under the lock: something has finished, or time has passed. */
    private void progressed() {
        if (!retired) {
            long now = now();
            threadHolds.update(buffer.hasRoom(now), buffer.isEmpty(), now);
            wakeUp.by(threadHolds.nextDueNanos(), now);
        }
        wakeIfOver();
    }

    /**
     * Under the lock. To wake the stream thread for each batch, only to have it wait for the next, would cost more than
     * the batch.
     */
    private void wakeIfOver() {
        if (waiting.leftNanos(now()) <= 0) {
            waitIsOver.signalAll();
        }
    }

    /** On threads other than the stream thread, where an exception would vanish unseen and leave a batch in flight. */
    @SuppressWarnings("CatchingUnchecked") // An Error would vanish just the same.
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            outlets.emergency().failed(e);
        }
    }
}
