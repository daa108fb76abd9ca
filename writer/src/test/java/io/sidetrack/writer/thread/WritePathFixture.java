package io.sidetrack.writer.thread;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Backoff;
import io.sidetrack.writer.buffer.Backoffs;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.Counts;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.Precedence;
import io.sidetrack.writer.buffer.Throttled;
import io.sidetrack.writer.buffer.ThrottledIndexes;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.parked.ParkedTopic;
import io.sidetrack.writer.share.LaneShare;
import io.sidetrack.writer.table.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.helpers.NOPLogger;

/**
 * The write path of a process in which the test controls the table, the dead-letter topic, the parked topic, the timer and, if it wants, the
 * clock. Buffers have batches of two records and hold eight.
 */
public final class WritePathFixture {
    static final int MAX_RECORDS = 8;
    static final Duration QUARANTINE = Duration.ofSeconds(10);
    private static final Duration FREEZE = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofHours(1);
    private static final WaitLimits LONG_WAITS = new WaitLimits(LONG, LONG, LONG, LONG);

    public final Holds holds = new Holds();
    public final ThreadWriters writers;
    public final AtomicInteger commitRequests = new AtomicInteger();

    final MockProducer<byte[], byte[]> deadLetters =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    /** The producers of parked records, one after another: a failure closes one, and the next one is the same. */
    final MockProducer<byte[], byte[]> parked =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                @Override
                public void close(Duration timeout) {}
            };
    /** {@code mostly rejected}, or the message of a failure. */
    final List<String> emergencies = new CopyOnWriteArrayList<>();

    final WriterDependencies dependencies;
    private final AtomicLong virtualNanos = new AtomicLong();
    private final LongSupplier clock;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<Pending> timers = Collections.synchronizedList(new ArrayList<>());

    private record Call(Batch batch, CompletableFuture<BatchOutcome> outcome) {}

    private record Pending(long dueNanos, Runnable task) {}

    private WritePathFixture(boolean realTime, WaitLimits limits, Duration shutdownLimit) {
        this.clock = realTime ? System::nanoTime : virtualNanos::get;
        this.dependencies = new WriterDependencies(
                new ManualTable(),
                new DeadLetterTopic(
                        deadLetters,
                        "dead-letters",
                        "table",
                        Runnable::run,
                        new ProblemLog(NOPLogger.NOP_LOGGER, () -> 0, LONG)),
                new ParkedTopic(
                        () -> parked,
                        new ParkedTopic.Names("parked", () -> Optional.of("group")),
                        Runnable::run,
                        () -> true,
                        new ProblemLog(NOPLogger.NOP_LOGGER, () -> 0, LONG),
                        clock),
                this::schedule,
                holds,
                new FreezeWatch(FREEZE, QUARANTINE, holds, () -> 0),
                LaneShare.whole(),
                new RecordedEmergencies(),
                clock);
        this.writers = new ThreadWriters(this::buffer, dependencies, limits, shutdownLimit);
    }

    /** Time passes only in {@link #advance} and {@link #freeze}, so the test must not block in a wait. */
    public static WritePathFixture inVirtualTime() {
        return new WritePathFixture(false, LONG_WAITS, LONG);
    }

    /** Waits block for as long as these limits allow. */
    public static WritePathFixture inRealTime(WaitLimits limits, Duration shutdownLimit) {
        return new WritePathFixture(true, limits, shutdownLimit);
    }

    private WriteBuffer buffer() {
        return new WriteBuffer(
                new BufferLimits(2, 1000, LONG, 4, MAX_RECORDS, 1_000_000, LONG, Precedence.LAST, 100),
                Backoffs.same(
                        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), new SplittableRandom(1)),
                        Duration.ofSeconds(1)),
                WriteBudget.unlimited(),
                new Throttled(ThrottledIndexes.none(), WriteBudget.unlimited()),
                new Counts());
    }

    private final class ManualTable implements Table {
        @Override
        public CompletableFuture<BatchOutcome> write(Batch batch) {
            Call call = new Call(batch, new CompletableFuture<>());
            calls.add(call);
            return call.outcome;
        }

        @Override
        public Duration maxWriteTime() {
            return LONG;
        }
    }

    private final class RecordedEmergencies implements WriterDependencies.Emergency {
        @Override
        public void mostlyRejected() {
            emergencies.add("mostly rejected");
        }

        @Override
        public void failed(Throwable cause) {
            emergencies.add(cause.getMessage());
        }
    }

    private Runnable schedule(long nanos, Runnable task) {
        Pending pending = new Pending(clock.getAsLong() + nanos, task);
        timers.add(pending);
        return () -> timers.remove(pending);
    }

    // What Streams does, on the calling thread.

    /** Opens a task of the calling thread. */
    public LaneTask open(int partition) {
        LaneTask task = new LaneTask("lane", partition, commitRequests::incrementAndGet);
        writers.ofThisThread().open(task);
        return task;
    }

    /** Passes in a record that can be written. @return whether there is room for another one */
    public boolean put(LaneTask task, long offset, String key) {
        Write write = new Write(
                new ItemKey(key, ""), Write.Kind.PUT, new byte[20], 20, Version.NONE, source(task, offset, key));
        return writers.ofThisThread().add(task, offset, new MappingResult.Accepted(write));
    }

    /** Passes in a record that cannot be written. */
    public void reject(LaneTask task, long offset) {
        writers.ofThisThread()
                .add(
                        task,
                        offset,
                        new MappingResult.Rejected(
                                source(task, offset, "bad"), new Rejection(Reason.NOT_JSON, "the value is not JSON")));
    }

    /** Passes in a record that is to be parked. @return whether there is room for another one */
    public boolean park(LaneTask task, long offset) {
        return park(task, offset, 1);
    }

    /** Passes in a record that is to be parked by settings of this number. @return whether there is room for another one */
    boolean park(LaneTask task, long offset, long settings) {
        return writers.ofThisThread().addParked(task, source(task, offset, "parked"), settings);
    }

    /** Passes in a record that is to be dropped. */
    public void discard(LaneTask task, long offset) {
        writers.ofThisThread().addDiscarded(task, source(task, offset, "discarded"));
    }

    private static SourceRecord source(LaneTask task, long offset, String key) {
        return new SourceRecord(
                task.topic(), task.partition(), offset, 0, key.getBytes(UTF_8), new byte[10], List.of());
    }

    // What time does.

    long nowNanos() {
        return clock.getAsLong();
    }

    int pendingTimers() {
        return timers.size();
    }

    /** Lets virtual time pass, and runs the timers that are due. */
    void advance(Duration duration) {
        virtualNanos.addAndGet(duration.toNanos());
        for (Pending due = due(); due != null; due = due()) {
            timers.remove(due);
            due.task.run();
        }
    }

    private Pending due() {
        return timers.stream()
                .filter(pending -> pending.dueNanos <= clock.getAsLong())
                .findFirst()
                .orElse(null);
    }

    /** Freezes the process for so long that its partitions may have another owner. */
    void freeze() {
        virtualNanos.addAndGet(FREEZE.toNanos() + 1);
    }

    // What the table does.

    /** The keys of each batch that was sent, in order. */
    public List<List<String>> sent() {
        return calls.stream()
                .map(call -> call.batch.writes().stream()
                        .map(write -> write.key().partition())
                        .toList())
                .toList();
    }

    /** Completes a batch, the first being number 0. */
    void complete(int number, BatchOutcome outcome) {
        calls.get(number).outcome.complete(outcome);
    }

    /** Writes the batches in flight, and those that are sent as a result. */
    public void writeAll() {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            List<Outcome> written = Collections.nCopies(call.batch.writes().size(), new Outcome.Written());
            call.outcome.complete(new BatchOutcome.Each(written, 0));
        }
    }

    /** Acknowledges the next parked record. */
    public void acknowledgeParked() {
        if (!parked.completeNext()) {
            throw new IllegalStateException("no record was sent to the parked topic");
        }
    }

    /** Acknowledges the next dead letter. */
    public void acknowledgeDeadLetter() {
        if (!deadLetters.completeNext()) {
            throw new IllegalStateException("no dead letter was sent");
        }
    }
}
