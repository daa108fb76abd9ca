package io.sidetrack.writer.thread;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Backoff;
import io.sidetrack.writer.buffer.Backoffs;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.BufferState;
import io.sidetrack.writer.buffer.Counts;
import io.sidetrack.writer.buffer.Throttled;
import io.sidetrack.writer.buffer.ThrottledIndexes;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.hold.Hold.PausedByOperator;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.parked.ParkedTopic;
import io.sidetrack.writer.share.LaneShare;
import io.sidetrack.writer.watch.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.slf4j.helpers.NOPLogger;

/**
 * The model of a process: the real write path with its holds, budget, freeze watch and watchdog, and a model of the Streams
 * client around it.
 */
final class ModelClient {
    private static final long MS = ModelTable.MS;
    private static final double BURST_SECONDS = 0.05;

    final ModelLane lane;
    final ModelGroup group;
    final Settings settings;
    final Holds holds = new Holds();
    final Counts counts = new Counts();
    final ThreadWriters writers;
    final List<ModelThread> threads = new ArrayList<>();
    final WriteBudget budget;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final Watchdog watchdog;
    private boolean paused;
    private int pendingTimers;
    private int threadsMade;

    private boolean killed;
    private long frozenSinceNanos;
    private long frozenUntilNanos = Long.MIN_VALUE;
    private boolean suspended;
    /** The lag of the monotonic clock, because the machine was suspended. */
    private long clockBehindNanos;

    private long stoppedAtNanos = Long.MAX_VALUE;
    long thawedAfterStopNanos;
    /** Whether the group had removed this member before the shutdown could commit. */
    boolean lostPartitionsInShutdown;

    /** The largest round in progress when the shutdown began. */
    int roundAtShutdown;

    final ThrottledIndexes throttledIndexes = new ThrottledIndexes(ModelLane.INDEXES);

    private double mostUnits;
    private double allowedUnits;
    private long allowedSinceNanos;
    FaultSchedule weather = FaultSchedule.FINE;
    /** What this process does with the records of the named backfill, as far as it knows. */
    ModelLane.Treatment treatment = ModelLane.Treatment.WRITE;
    /** How often that has changed. */
    long treatmentNumber;

    /** The settings that the schedule has chosen. */
    record Settings(
            int threads,
            BufferLimits limits,
            Duration requestTimeout,
            Duration retryCap,
            Duration drainTimeout,
            Duration maxPoll,
            Duration commitInterval,
            Duration session,
            Duration shutdown,
            double maxUnits,
            boolean yields,
            boolean sharesLane,
            int largestWrite) {}

    ModelClient(ModelGroup group, ModelStore store, Settings settings, VirtualTime time, SplittableRandom random) {
        this.group = group;
        this.lane = group.lane;
        this.settings = settings;
        this.time = time;
        this.random = random;
        this.mostUnits = settings.maxUnits;
        this.allowedSinceNanos = time.nowNanos();
        this.budget = new WriteBudget(Double.POSITIVE_INFINITY, settings.yields, now());
        budget.setLaneLimit(settings.maxUnits, now());
        LaneShare share =
                settings.sharesLane ? new LaneShare(lane.committed.length, false, budget::setShare) : LaneShare.whole();
        share.update(now());
        WriteBudget apartBudget = new WriteBudget(Double.POSITIVE_INFINITY, settings.yields, now());
        ModelTable table = new ModelTable(this, lane, store, time, random.split(), settings.requestTimeout.toNanos());
        DeadLetterTopic deadLetters = new DeadLetterTopic(
                new ModelDeadLetterTopic(this, lane, time, random.split()).producer(),
                "dead-letters",
                "table",
                task -> after(MS / 10, task),
                new ProblemLog(NOPLogger.NOP_LOGGER, this::now, Duration.ofMinutes(1)));
        FreezeWatch freezes = new FreezeWatch(
                settings.session.dividedBy(2),
                settings.requestTimeout.multipliedBy(2).plusSeconds(2),
                holds,
                () -> time.nowNanos() / MS);
        ParkedTopic parked = new ParkedTopic(
                new ModelParkedTopic(this, lane, time, random.split())::producer,
                new ParkedTopic.Names("parked", () -> Optional.of(lane.name)),
                task -> after(MS / 10, task),
                () -> freezes.mayWrite(now()),
                new ProblemLog(NOPLogger.NOP_LOGGER, this::now, Duration.ofMinutes(1)),
                this::now);
        WriterDependencies dependencies = new WriterDependencies(
                table, deadLetters, parked, this::timer, holds, freezes, share, new Failure(), this::now);
        WaitLimits waitLimits = new WaitLimits(
                Duration.ofMillis(500),
                settings.drainTimeout,
                settings.maxPoll.multipliedBy(8).dividedBy(10),
                settings.requestTimeout.multipliedBy(2));
        this.writers = new ThreadWriters(
                () -> new WriteBuffer(
                        settings.limits,
                        Backoffs.same(
                                new Backoff(Duration.ofMillis(50), settings.retryCap, random.split()),
                                Duration.ofSeconds(1)),
                        budget,
                        new Throttled(throttledIndexes, apartBudget),
                        counts),
                dependencies,
                waitLimits,
                settings.shutdown);
        this.watchdog = new Watchdog(Duration.ofMinutes(4), settings.requestTimeout.multipliedBy(2));
        holds.attach(() -> paused = true, () -> paused = false);
        for (int i = 0; i < settings.threads; i++) {
            startThread();
        }
        every(settings.session.dividedBy(20).toNanos(), () -> freezes.pulse(now()));
        every(250 * MS, () -> share.update(now()));
        every(Duration.ofSeconds(5).toNanos(), this::watch);
    }

    private static final class Failure implements WriterDependencies.Emergency {
        @Override
        public void mostlyRejected() {
            throw new AssertionError("no schedule allows too few rejections");
        }

        @Override
        public void failed(Throwable cause) {
            throw cause instanceof AssertionError error ? error : new AssertionError("a step failed", cause);
        }
    }

    private void startThread() {
        threads.add(new ModelThread(this, "thread-" + threadsMade++, random.split()));
    }

    private void every(long nanos, Runnable task) {
        after(nanos, () -> {
            task.run();
            if (!isStopping() || !hasEnded()) {
                every(nanos, task);
            }
        });
    }

    /** Schedules an event of this process; afterwards, its threads check whether their waits are over. */
    VirtualTime.Event after(long nanos, Runnable task) {
        return time.after(nanos, this, () -> {
            task.run();
            threads.forEach(ModelThread::look);
        });
    }

    private Runnable timer(long nanos, Runnable task) {
        pendingTimers++;
        boolean[] pending = {true};
        VirtualTime.Event event = after(nanos, () -> {
            pending[0] = false;
            pendingTimers--;
            task.run();
        });
        check(pendingTimers <= threads.size(), () -> "more timers than threads");
        return () -> {
            event.cancel();
            if (pending[0]) {
                pending[0] = false;
                pendingTimers--;
            }
        };
    }

    private void watch() {
        boolean recordsWait = writers.state().records() > 0 || threads.stream().anyMatch(ModelThread::hasQueued);
        watchdog.check(new Watchdog.Sample(writers.activity(), recordsWait, holds.active()), now())
                .ifPresent(reason -> check(false, () -> "the watchdog reports a stall: " + reason));
    }

    /** The monotonic clock of the process. */
    long now() {
        return time.nowNanos() - clockBehindNanos;
    }

    FaultSchedule weather() {
        return weather;
    }

    boolean isPaused() {
        return paused;
    }

    long flushNanos() {
        return settings.limits.flushInterval().toNanos();
    }

    long commitIntervalNanos() {
        return settings.commitInterval.toNanos();
    }

    long maxPollNanos() {
        return settings.maxPoll.toNanos();
    }

    int epochOf(int partition) {
        return lane.epoch[partition];
    }

    void commit(int partition, int offset) {
        group.committed(partition, offset);
    }

    // Events of a process.

    void kill() {
        if (!isFrozen()) {
            frozenSinceNanos = time.nowNanos();
        }
        killed = true;
    }

    boolean isKilled() {
        return killed;
    }

    /** @param suspend whether the machine is suspended, and the monotonic clock stops with it */
    void freeze(long nanos, boolean suspend) {
        frozenSinceNanos = time.nowNanos();
        frozenUntilNanos = time.nowNanos() + nanos;
        suspended = suspend;
        if (isStopping()) {
            thawedAfterStopNanos += nanos;
        }
        if (suspend) {
            // The process does not read its clock before the thaw.
            clockBehindNanos += nanos;
        }
    }

    boolean isFrozen() {
        return frozenUntilNanos > time.nowNanos();
    }

    /** The time at which an event of a frozen process happens. */
    long whenThawed(long atNanos) {
        return suspended ? atNanos + frozenUntilNanos - frozenSinceNanos : frozenUntilNanos;
    }

    /** Whether this process has sent no heartbeat for longer than this. */
    boolean isSilentFor(long nanos) {
        return (killed || isFrozen()) && time.nowNanos() - frozenSinceNanos > nanos;
    }

    void terminate() {
        if (!isStopping()) {
            stoppedAtNanos = time.nowNanos();
            roundAtShutdown =
                    threads.stream().mapToInt(thread -> thread.iterations).max().orElse(0);
            writers.stop();
            threads.forEach(ModelThread::look);
        }
    }

    boolean isStopping() {
        return stoppedAtNanos != Long.MAX_VALUE;
    }

    long stoppedAtNanos() {
        return stoppedAtNanos;
    }

    boolean hasEnded() {
        return threads.isEmpty();
    }

    /** A thread that failed is replaced after a delay; one that was stopped is not. */
    void ended(ModelThread thread) {
        threads.remove(thread);
        if (!isStopping()) {
            after(Duration.ofSeconds(1).toNanos(), () -> {
                if (!isStopping()) {
                    startThread();
                }
            });
        }
    }

    void operatorSets(ModelLane.Treatment some) {
        treatment = some;
        treatmentNumber++;
    }

    void operatorPauses(boolean pause) {
        if (pause) {
            holds.add(new PausedByOperator());
        } else {
            holds.remove(new PausedByOperator());
        }
    }

    void operatorSetsSpeed(double units) {
        settleAllowance();
        mostUnits = units;
        budget.setLaneLimit(units, now());
    }

    // Checks.

    private void settleAllowance() {
        long now = time.nowNanos();
        allowedUnits += mostUnits * (now - allowedSinceNanos) / 1e9;
        allowedSinceNanos = now;
    }

    /** W8: never more is charged than the budget allows, plus its burst, plus the batch that may overdraw it. */
    void checkBudget(long chargedUnits) {
        if (Double.isInfinite(mostUnits) || Double.isInfinite(allowedUnits)) {
            allowedUnits = Double.POSITIVE_INFINITY;
            return;
        }
        settleAllowance();
        double most = allowedUnits
                + Math.max(1, BURST_SECONDS * settings.maxUnits)
                + (double) settings.limits.batchSize() * settings.largestWrite;
        check(chargedUnits <= most + 1, () -> "W8: %d write units charged, %.0f allowed".formatted(chargedUnits, most));
    }

    /** W6: legal batches. W2: no key is in flight twice. */
    void checkLegal(Batch batch, Set<ItemKey> keysInFlight, int batchesInFlight) {
        BufferLimits limits = settings.limits;
        List<Write> writes = batch.writes();
        check(!writes.isEmpty() && writes.size() <= limits.batchSize(), () -> "W6: a batch of " + writes.size());
        long bytes = writes.stream().mapToLong(write -> write.json().length).sum();
        check(bytes <= limits.batchBytes() || writes.size() == 1, () -> "W6: a batch of " + bytes + " bytes");
        check(
                batchesInFlight < limits.maxInFlight() * (threads.size() + threadsMade),
                () -> "more batches in flight than allowed");
        Map<ItemKey, Write> keys = new HashMap<>();
        for (Write write : writes) {
            check(keys.put(write.key(), write) == null, () -> "W6: a key is twice in a batch");
            check(!keysInFlight.contains(write.key()), () -> "W2: a key is in flight twice");
        }
    }

    /** W5: every record is accounted for, once. */
    void checkAccount() {
        BufferState state = writers.state();
        check(counts.received == counts.finished() + state.records(), () -> "W5: %d in, %d out, %s"
                .formatted(counts.received, counts.finished(), state));
        check(state.records() > 0 || state.bytes() == 0, () -> "bytes are held without a record: " + state);
    }

    private void check(boolean holdsTrue, Supplier<String> otherwise) {
        if (!holdsTrue) {
            throw new AssertionError(otherwise.get() + " (" + lane.precedence + ", " + holds.active() + ")");
        }
    }
}
