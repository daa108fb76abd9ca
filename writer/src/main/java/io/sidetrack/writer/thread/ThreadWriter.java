package io.sidetrack.writer.thread;

import io.sidetrack.writer.buffer.Activity;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.BufferState;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.model.MappingResult;
import io.sidetrack.writer.thread.Sender.Work;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The writing of one stream thread: owns the lock on the thread's buffer and sends what the buffer decides. The stream
 * thread adds, ticks, drains and closes; answers and the timer come on other threads.
 *
 * <p>The stream thread waits in four places. Each wait is a {@link Wait} with a deadline, begun here and ended here, so
 * that the thread that waits is the caller's choice: {@link #await} blocks a real thread, a simulation lets a model of
 * one wait in virtual time.
 */
public final class ThreadWriter {
    private final WriteBuffer buffer;
    private final WriterDependencies outlets;
    private final WaitLimits patience;
    private final Shutdown shutdown;
    private final Sender dispatch;

    /** Guards {@link #buffer} and all fields below. */
    private final WriterLock lock;

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

    ThreadWriter(
            String thread, WriteBuffer buffer, WriterDependencies outlets, WaitLimits patience, Shutdown shutdown) {
        this.buffer = buffer;
        this.outlets = outlets;
        this.patience = patience;
        this.shutdown = shutdown;
        this.lock = new WriterLock(outlets.nanoClock());
        this.dispatch = new Sender(outlets, new Answers());
        this.wakeUp = new WakeUp(outlets.timer(), number -> dispatch.guarded(() -> wake(number)));
        this.threadHolds =
                new ThreadHolds(outlets.holds(), thread, patience.onInterval().toNanos());
    }

    /** Blocks the stream thread until a wait is over. */
    void await(Wait wait) {
        lock.await(wait);
    }

    /** A task was assigned to the thread; on the stream thread. */
    public void opened(LaneTask task) {
        lock.locked(() -> openTasks.add(task));
    }

    /**
     * Takes in a record; on the stream thread. If the buffer is full, this waits a moment for room and then pauses the
     * topology: Streams finishes the round of records that it has begun, and no more.
     */
    public void accept(LaneTask task, long offset, MappingResult mapped) {
        if (!add(task, offset, mapped)) {
            await(roomWait());
            roomWaitEnds();
        }
    }

    /** Takes in a record without waiting. @return whether there is room for more, or waiting for it makes no sense */
    boolean add(LaneTask task, long offset, MappingResult mapped) {
        Work work;
        boolean full;
        // For each record: without the allocations that an action under the lock would cost.
        lock.lock();
        try {
            rebalanceIsOver();
            task.accepted(offset);
            buffer.add(mapped, now());
            work = take();
            full = buffer.isFull(now()) && !outlets.holds().isPaused();
        } finally {
            lock.unlock();
        }
        dispatch.send(work);
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
        dispatch.send(lock.locked(() -> {
            rebalanceIsOver();
            return take();
        }));
    }

    /** Under the lock: Streams processes or punctuates, so it neither closes tasks nor waits in a revocation any more. */
    private void rebalanceIsOver() {
        silentUntilNanos = Long.MIN_VALUE;
        revocationEndsNanos = Long.MAX_VALUE;
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
     * @param canBePutOff whether Streams tries again; then the wait is short. Otherwise all flushes of one revocation or
     *     shutdown have one deadline
     */
    Wait drainBegins(boolean canBePutOff) {
        long until = lock.locked(() -> {
            silentUntilNanos = Long.MIN_VALUE;
            buffer.drain(true);
            return drainUntil(canBePutOff);
        });
        dispatch.send(lock.locked(this::take));
        // While nothing may be sent, only a poll can show whether the partitions still belong to this member. Were a
        // flush
        // to last longer than the quarantine, what was read before the freeze would be written after it.
        return nowNanos -> buffer.isEmpty() || buffer.isAlarmed() || isQuarantined(nowNanos)
                ? 0
                : Math.min(until, shutdown.writeUntilNanos()) - nowNanos;
    }

    private long drainUntil(boolean canBePutOff) {
        if (canBePutOff) {
            revocationEndsNanos = Long.MAX_VALUE;
            return now() + patience.onInterval().toNanos();
        }
        if (revocationEndsNanos == Long.MAX_VALUE) {
            revocationEndsNanos = now() + patience.onRevocation().toNanos();
        }
        return revocationEndsNanos;
    }

    /**
     * Ends a drain; on the stream thread. If it failed and can be put off, reading stops until the commit has succeeded.
     *
     * @return whether everything is finished, so that the commit may go ahead
     */
    boolean drainEnds(boolean canBePutOff) {
        return lock.locked(() -> {
            buffer.drain(false);
            if (buffer.isEmpty()) {
                revocationEndsNanos = Long.MAX_VALUE;
                threadHolds.durable();
            } else if (canBePutOff) {
                threadHolds.commitPutOff(openTasks);
                openTasks.forEach(LaneTask::requestCommit);
            }
            return buffer.isEmpty();
        });
    }

    /** {@link #close}, on a real stream thread. */
    public void closed(LaneTask task) {
        await(close(task));
    }

    /**
     * A task is closed; on the stream thread. After a clean close nothing of it is left here. After any other, its next
     * owner reads its records again, so they are forgotten; the stream thread should wait for those in flight, so that
     * none of them lands on top of a newer write of the next owner.
     *
     * @return ends when nothing of the partition is in flight
     */
    Wait close(LaneTask task) {
        long until = lock.locked(() -> {
            openTasks.remove(task);
            threadHolds.closed(task);
            long now = now();
            buffer.forget(task.topic(), task.partition(), now);
            if (!buffer.isQuiet(task.topic(), task.partition()) && silentUntilNanos <= now) {
                silentUntilNanos = now + patience.forAnswers().toNanos();
            }
            progressed();
            return silentUntilNanos;
        });
        return nowNanos -> buffer.isQuiet(task.topic(), task.partition())
                ? 0
                : Math.min(until, shutdown.answersUntilNanos()) - nowNanos;
    }

    /**
     * Ends with the thread: nothing more is sent. The thread should wait for what is in flight, so that no write of it
     * lands on top of one of the partitions' next owner.
     *
     * @return ends when nothing is in flight
     */
    Wait retire() {
        long until = lock.locked(() -> {
            retired = true;
            wakeUp.cancel();
            threadHolds.retired();
            // Streams has closed its tasks by now, unless it has failed in that too.
            openTasks.forEach(task -> buffer.forget(task.topic(), task.partition(), now()));
            openTasks.clear();
            return now() + patience.forAnswers().toNanos();
        });
        return nowNanos -> buffer.isQuiet() ? 0 : Math.min(until, shutdown.answersUntilNanos()) - nowNanos;
    }

    /** A shutdown has begun: waits may be over, or end earlier than the stream thread knows. */
    void reconsider() {
        lock.wake();
    }

    /** How the thread's buffer stands; from any thread. */
    BufferState state() {
        return lock.locked(() -> buffer.state(now()));
    }

    /** What the thread's buffer has achieved, and what it waits for; from any thread. */
    Activity activity() {
        return lock.locked(() -> buffer.activity(now()));
    }

    /** The open tasks; from any thread. */
    List<LaneTask> tasks() {
        return lock.locked(() -> List.copyOf(openTasks));
    }

    private boolean isQuarantined(long nowNanos) {
        return outlets.freezes().mayWriteFrom(nowNanos) > nowNanos;
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

    /** Under the lock: something has finished, or time has passed. @return what is to be sent now */
    private Work takeAfterProgress() {
        Work work = take();
        progressed();
        return work;
    }

    private void progressed() {
        long now = now();
        if (!retired) {
            threadHolds.update(buffer.hasRoom(now), buffer.isEmpty(), now);
            wakeUp.by(threadHolds.nextDueNanos(), now);
        }
        lock.wakeIfOver(now);
    }

    /** The timer's task. */
    private void wake(long number) {
        dispatch.send(lock.locked(() -> wakeUp.begins(number) ? takeAfterProgress() : Work.NONE));
    }

    /** What comes back from the table and from the dead-letter topic. */
    private final class Answers implements Sender.Answers {
        @Override
        public void answered(Batch batch, BatchOutcome outcome) {
            dispatch.send(lock.locked(() -> {
                buffer.complete(batch, outcome, now());
                return takeAfterProgress();
            }));
        }

        @Override
        public void answered(DeadLetter deadLetter, boolean acknowledged) {
            dispatch.send(lock.locked(() -> {
                if (acknowledged) {
                    buffer.deadLetterAcknowledged(deadLetter, now());
                } else {
                    buffer.deadLetterFailed(deadLetter, now());
                }
                return takeAfterProgress();
            }));
        }
    }
}
