package io.sidetrack.writer.thread;

import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.writer.buffer.Activity;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.BufferState;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.buffer.ParkResult;
import io.sidetrack.writer.buffer.ParkedBatch;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.thread.Sender.Work;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The write path of one stream thread: guards the thread's buffer with a lock, and sends the batches, dead letters and parked
 * records that the buffer returns. The stream thread adds, ticks, drains and closes; outcomes and the timer arrive on other threads.
 *
 * <p>The stream thread waits in four places. Each wait is a {@link Wait} with a deadline, which this class begins and ends
 * but does not block for: {@link #await} blocks a real thread, and a simulation suspends the model of a thread in virtual
 * time.
 */
public final class ThreadWriter {
    private static final Addition<MappingResult> WRITE = WriteBuffer::add;
    private static final Addition<ToPark> PARK =
            (buffer, toPark, nowNanos) -> buffer.park(toPark.record, toPark.settings, nowNanos);
    private static final Addition<SourceRecord> DISCARD = (buffer, record, nowNanos) -> buffer.discard(record);

    private final WriteBuffer buffer;
    private final WriterDependencies dependencies;
    private final WaitLimits waitLimits;
    private final Shutdown shutdown;
    private final Sender sender;

    /** Guards {@link #buffer} and all fields below. */
    private final WriterLock lock;

    private final WakeUp wakeUp;
    private final ThreadHolds threadHolds;
    private final Set<LaneTask> openTasks = Collections.newSetFromMap(new IdentityHashMap<>());
    /**
     * The time until which nothing is sent, because tasks are being closed without a commit. Further writes could arrive
     * after those of the partition's next owner. Ends at the next step of the stream thread that is not a close.
     */
    private long silentUntilNanos = Long.MIN_VALUE;
    /** The deadline of the flushes of the current revocation; {@link Long#MAX_VALUE} if there is none. */
    private long revocationEndsNanos = Long.MAX_VALUE;

    private boolean retired;
    private boolean alarmed;

    ThreadWriter(
            String thread,
            WriteBuffer buffer,
            WriterDependencies dependencies,
            WaitLimits waitLimits,
            Shutdown shutdown) {
        this.buffer = buffer;
        this.dependencies = dependencies;
        this.waitLimits = waitLimits;
        this.shutdown = shutdown;
        this.lock = new WriterLock(dependencies.nanoClock());
        this.sender = new Sender(dependencies, new Outcomes());
        this.wakeUp = new WakeUp(dependencies.timer(), number -> sender.guarded(() -> wake(number)));
        this.threadHolds = new ThreadHolds(
                dependencies.holds(), thread, waitLimits.onInterval().toNanos());
    }

    /** Blocks the stream thread until a wait is over. */
    void await(Wait wait) {
        lock.await(wait);
    }

    /** Adds a task that was assigned to the thread; on the stream thread. */
    public void open(LaneTask task) {
        lock.locked(() -> {
            openTasks.add(task);
            dependencies.share().opened(task, task.partition(), now());
            return task;
        });
    }

    /**
     * Accepts a record; on the stream thread. If the buffer is full, waits a moment for room and then pauses the topology:
     * Streams finishes only the round of records that it has begun.
     */
    public void accept(LaneTask task, long offset, MappingResult mapped) {
        awaitRoomUnless(add(task, offset, mapped));
    }

    /**
     * Accepts a record that is to be parked instead of written; waits like {@link #accept}.
     *
     * @param settings the number of the operator's settings, read after the one that decided to park the record
     */
    public void park(LaneTask task, SourceRecord record, long settings) {
        awaitRoomUnless(addParked(task, record, settings));
    }

    /** Accepts a record that is to be dropped; waits like {@link #accept}, because other records may fill the buffer. */
    public void discard(LaneTask task, SourceRecord record) {
        awaitRoomUnless(addDiscarded(task, record));
    }

    private void awaitRoomUnless(boolean hasRoom) {
        if (!hasRoom) {
            await(roomWait());
            endRoomWait();
        }
    }

    /** Accepts a record without waiting. @return true if there is room for more, or if waiting for room makes no sense */
    boolean add(LaneTask task, long offset, MappingResult mapped) {
        return add(task, offset, mapped, WRITE);
    }

    /** The same for a record that is to be parked. */
    boolean addParked(LaneTask task, SourceRecord record, long settings) {
        return add(task, record.offset(), new ToPark(record, settings), PARK);
    }

    /** The same for a record that is to be dropped. */
    boolean addDiscarded(LaneTask task, SourceRecord record) {
        return add(task, record.offset(), record, DISCARD);
    }

    private <T> boolean add(LaneTask task, long offset, T record, Addition<T> addition) {
        Work work;
        boolean full;
        // Runs for each record, so it avoids the allocations of an action passed to locked().
        lock.lock();
        try {
            endRebalance();
            task.accepted(offset);
            addition.apply(buffer, record, now());
            work = take();
            full = buffer.isFull(now()) && !dependencies.holds().isPaused();
        } finally {
            lock.unlock();
        }
        sender.send(work);
        return !full;
    }

    /** A way to add a record to the buffer; none keeps a reference to anything, so that adding allocates nothing. */
    private interface Addition<T> {
        void apply(WriteBuffer buffer, T record, long nowNanos);
    }

    private record ToPark(SourceRecord record, long settings) {}

    /** The wait of a thread whose buffer is full. A hold that is added in the meantime, such as that of a shutdown, ends it. */
    Wait roomWait() {
        long until = now() + waitLimits.forRoom().toNanos();
        return nowNanos -> buffer.hasRoom(nowNanos) || dependencies.holds().isPaused() ? 0 : until - nowNanos;
    }

    void endRoomWait() {
        lock.lock();
        try {
            if (buffer.isFull(now())) {
                threadHolds.onFull();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends the batches that have waited long enough to fill; on the stream thread. */
    public void tick() {
        sender.send(lock.locked(() -> {
            endRebalance();
            return take();
        }));
    }

    /** Under the lock: Streams processes or punctuates, so it no longer closes tasks or waits in a revocation. */
    private void endRebalance() {
        silentUntilNanos = Long.MIN_VALUE;
        revocationEndsNanos = Long.MAX_VALUE;
    }

    /**
     * Waits until every accepted record is finished; on the stream thread.
     *
     * @param canBePostponed whether Streams tries the commit again if this fails
     * @return whether everything is finished, so that the commit may proceed
     */
    public boolean drain(boolean canBePostponed) {
        await(beginDrain(canBePostponed));
        return endDrain(canBePostponed);
    }

    /**
     * Begins to drain: until {@link #endDrain} is called, batches do not wait to fill. The wait is over when every accepted
     * record is finished (written, superseded, stale, discarded, or acknowledged as a dead letter or as parked), or when
     * waiting is futile.
     *
     * @param canBePostponed whether Streams tries again, so that the wait can be short; otherwise, all flushes of one
     *     revocation or shutdown share one deadline
     */
    Wait beginDrain(boolean canBePostponed) {
        long until = lock.locked(() -> {
            silentUntilNanos = Long.MIN_VALUE;
            buffer.drain(true);
            return drainUntil(canBePostponed);
        });
        sender.send(lock.locked(this::take));
        // While nothing may be sent, only a poll can show whether the partitions still belong to this member. A flush
        // that
        // outlasted the quarantine would write records from before the freeze after it.
        return nowNanos -> buffer.isEmpty() || buffer.isAlarmed() || isQuarantined(nowNanos)
                ? 0
                : Math.min(until, shutdown.writeUntilNanos()) - nowNanos;
    }

    private long drainUntil(boolean canBePostponed) {
        if (canBePostponed) {
            revocationEndsNanos = Long.MAX_VALUE;
            return now() + waitLimits.onInterval().toNanos();
        }
        if (revocationEndsNanos == Long.MAX_VALUE) {
            revocationEndsNanos = now() + waitLimits.onRevocation().toNanos();
        }
        return revocationEndsNanos;
    }

    /**
     * Ends a drain; on the stream thread. If it failed and can be postponed, reading stops until the commit succeeds.
     *
     * @return whether everything is finished, so that the commit may proceed
     */
    boolean endDrain(boolean canBePostponed) {
        return lock.locked(() -> {
            buffer.drain(false);
            if (buffer.isEmpty()) {
                revocationEndsNanos = Long.MAX_VALUE;
                threadHolds.onDurable();
                openTasks.forEach(LaneTask::durable);
            } else if (canBePostponed) {
                threadHolds.onCommitPostponed(openTasks);
                openTasks.forEach(LaneTask::requestCommit);
            }
            return buffer.isEmpty();
        });
    }

    /** Closes a task, and blocks until the wait of {@link #close} is over; on the stream thread. */
    public void closeAndAwait(LaneTask task) {
        await(close(task));
    }

    /**
     * Closes a task; on the stream thread. After a clean close, the buffer holds none of its records. After any other, the
     * partition's next owner reads the remaining records again, so they are forgotten here; the stream thread should wait
     * for those in flight, so that none of them overwrites a newer write of the next owner.
     *
     * @return the wait until nothing of the partition is in flight
     */
    Wait close(LaneTask task) {
        long until = lock.locked(() -> {
            openTasks.remove(task);
            threadHolds.onClosed(task);
            long now = now();
            // Before Streams gives up the partition, so that its next owner never uses the same part of the budget.
            dependencies.share().closed(task, now);
            buffer.forget(task.topic(), task.partition(), now);
            if (!buffer.isQuiet(task.topic(), task.partition()) && silentUntilNanos <= now) {
                silentUntilNanos = now + waitLimits.forOutcomes().toNanos();
            }
            updateHolds();
            return silentUntilNanos;
        });
        return nowNanos -> buffer.isQuiet(task.topic(), task.partition())
                ? 0
                : Math.min(until, shutdown.awaitOutcomesUntilNanos()) - nowNanos;
    }

    /**
     * Retires this writer with its thread: nothing more is sent. The thread should wait for the writes in flight, so that
     * none of them overwrites one of the partitions' next owner.
     *
     * @return the wait until nothing is in flight
     */
    Wait retire() {
        long until = lock.locked(() -> {
            retired = true;
            wakeUp.cancel();
            threadHolds.onRetired();
            // Streams has closed its tasks by now, unless closing has failed too.
            openTasks.forEach(task -> {
                dependencies.share().closed(task, now());
                buffer.forget(task.topic(), task.partition(), now());
            });
            openTasks.clear();
            return now() + waitLimits.forOutcomes().toNanos();
        });
        return nowNanos -> buffer.isQuiet() ? 0 : Math.min(until, shutdown.awaitOutcomesUntilNanos()) - nowNanos;
    }

    /** Lets the stream thread recheck its wait, because a shutdown may have ended it or moved its deadline. */
    void recheckWait() {
        lock.wake();
    }

    /** The state of the thread's buffer; from any thread. */
    BufferState state() {
        return lock.locked(() -> buffer.state(now()));
    }

    /** The progress of the thread's buffer, and what it waits for; from any thread. */
    Activity activity() {
        return lock.locked(() -> buffer.activity(now()));
    }

    /** The open tasks; from any thread. */
    List<LaneTask> tasks() {
        return lock.locked(() -> List.copyOf(openTasks));
    }

    private boolean isQuarantined(long nowNanos) {
        return dependencies.freezes().mayWriteFrom(nowNanos) > nowNanos;
    }

    private long now() {
        return dependencies.nanoClock().getAsLong();
    }

    /** Under the lock: takes the work that is to be sent now, and schedules the next check. */
    private Work take() {
        if (retired) {
            return Work.NONE;
        }
        long now = now();
        boolean raisesAlarm = buffer.isAlarmed() && !alarmed;
        alarmed |= raisesAlarm;
        long from = Math.max(dependencies.freezes().mayWriteFrom(now), silentUntilNanos);
        List<Batch> batches = from > now ? List.of() : buffer.ready(now);
        // A late parked record, like a late write, could follow newer ones of the partition's next owner.
        List<ParkedBatch> parked = from > now ? List.of() : buffer.takeParked(now);
        List<DeadLetter> deadLetters = buffer.takeDeadLetters(now);
        // No punctuator runs while the topology is paused, so only the timer can resume sending.
        long due = from > now ? from : buffer.nextDueNanos();
        wakeUp.by(Math.min(due, threadHolds.nextDueNanos()), now);
        return batches.isEmpty() && deadLetters.isEmpty() && parked.isEmpty() && !raisesAlarm
                ? Work.NONE
                : new Work(batches, deadLetters, parked, raisesAlarm);
    }

    /** Under the lock, after an outcome or a timer: updates the holds. @return the work that is to be sent now */
    private Work takeAfterProgress() {
        Work work = take();
        updateHolds();
        return work;
    }

    private void updateHolds() {
        long now = now();
        if (!retired) {
            threadHolds.update(buffer.hasRoom(now), buffer.isEmpty(), now);
            wakeUp.by(threadHolds.nextDueNanos(), now);
        }
        lock.wakeIfOver(now);
    }

    /** The timer's task. */
    private void wake(long number) {
        sender.send(lock.locked(() -> wakeUp.begins(number) ? takeAfterProgress() : Work.NONE));
    }

    /** The outcomes from the table and from the topics. */
    private final class Outcomes implements Sender.Callback {
        @Override
        public void batchCompleted(Batch batch, BatchOutcome outcome) {
            sender.send(lock.locked(() -> {
                buffer.complete(batch, outcome, now());
                return takeAfterProgress();
            }));
        }

        @Override
        public void deadLetterCompleted(DeadLetter deadLetter, boolean acknowledged) {
            sender.send(lock.locked(() -> {
                if (acknowledged) {
                    buffer.deadLetterAcknowledged(deadLetter, now());
                } else {
                    buffer.deadLetterFailed(deadLetter, now());
                }
                return takeAfterProgress();
            }));
        }

        @Override
        public void parkedCompleted(ParkedBatch batch, List<ParkResult> results) {
            sender.send(lock.locked(() -> {
                buffer.complete(batch, results, now());
                return takeAfterProgress();
            }));
        }
    }
}
