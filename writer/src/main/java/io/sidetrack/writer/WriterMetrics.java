package io.sidetrack.writer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BufferEvents;
import io.sidetrack.writer.buffer.BufferState;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.commit.GateEvents;
import io.sidetrack.writer.hold.Hold;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.table.RequestEvents;
import io.sidetrack.writer.table.ThrottlingReason;
import io.sidetrack.writer.thread.ThreadWriters;
import io.sidetrack.writer.watch.LaneLag;
import io.sidetrack.writer.watch.StallMonitor;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The writer's own metrics, in base units; docs/metrics.md describes each. Thread-safe. */
final class WriterMetrics implements BufferEvents, RequestEvents, GateEvents {
    /** The resources are a table and its indexes, which can be replaced while the writer runs. */
    private static final int MAX_THROTTLING_REASONS = 200;

    private final MeterRegistry registry;
    private final WriteBudget budget;
    /** Only of a backfill lane. */
    private final Optional<BackfillCounters> backfills;

    private final Counter received;
    private final Map<RecordOutcome, Counter> items = new EnumMap<>(RecordOutcome.class);
    private final Counter forgotten;
    private final Counter writeUnits;
    private final Counter controlRecordsRejected;
    private final Counter failedControlReads;
    private final DistributionSummary batchSize;
    private final Map<RetryCause, Counter> retries = new EnumMap<>(RetryCause.class);
    /** By outcome. */
    private final Map<String, Timer> requests = new ConcurrentHashMap<>();

    /** By operation. */
    private final Map<String, DistributionSummary> requestItems = new ConcurrentHashMap<>();

    /** By path and result. */
    private final Map<String, Counter> guardItems = new ConcurrentHashMap<>();

    /** By code. */
    private final Map<String, Counter> statementErrors = new ConcurrentHashMap<>();

    /** By reason and resource. */
    private final Map<ThrottlingReason, Counter> throttlings = new ConcurrentHashMap<>();

    private final Map<Reason, Counter> deadLetters = new EnumMap<>(Reason.class);

    /** @param backfills the counters by name of a backfill lane */
    WriterMetrics(MeterRegistry registry, WriteBudget budget, Optional<BackfillCounters> backfills) {
        this.registry = registry;
        this.budget = budget;
        this.backfills = backfills;
        this.received = counter("sidetrack.writer.records", "Records accepted from the lane");
        for (RecordOutcome outcome : RecordOutcome.values()) {
            items.put(outcome, items(outcome.label()));
        }
        this.forgotten = items("forgotten");
        this.writeUnits = counter(
                "sidetrack.writer.write.units",
                "Write units charged: as reported by DynamoDB, or estimated where it charges without reporting");
        this.failedControlReads =
                counter("sidetrack.writer.control.failed.reads", "Attempts to read the control topic that failed");
        this.controlRecordsRejected = counter(
                "sidetrack.writer.control.rejected.records",
                "Invalid records for this writer's group in the control topic, including those found at startup");
        this.batchSize = DistributionSummary.builder("sidetrack.writer.batch.size")
                .description("Items in each batch sent, retries included")
                .register(registry);
        for (RetryCause cause : RetryCause.values()) {
            retries.put(
                    cause,
                    Counter.builder("sidetrack.writer.retries")
                            .description("Items that were put back for another attempt, by cause")
                            .tag("cause", cause.code())
                            .register(registry));
        }
        for (Reason reason : Reason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("sidetrack.writer.dead.letters")
                            .description("Records acknowledged by the dead-letter topic, by reason")
                            .tag("reason", reason.code())
                            .register(registry));
        }
    }

    /** Registers the gauge that names this writer's lane and table, for queries over several writers. */
    void describe(Lane lane, String topic, String table) {
        Gauge.builder("sidetrack.writer.info", () -> 1)
                .description("Always 1; the labels are the lane, its topic and the table of this writer")
                .tag("lane", lane.code())
                .tag("topic", topic)
                .tag("table", table)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Counter items(String outcome) {
        return Counter.builder("sidetrack.writer.items")
                .description("Records that are finished, by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Registers the gauges that read the state of the buffers and the holds. */
    void watch(ThreadWriters writers, Holds holds) {
        gauge("sidetrack.writer.buffered.records", "Records accepted and not finished", writers, BufferState::records);
        gauge("sidetrack.writer.buffered.bytes", "Memory that those records occupy", writers, BufferState::bytes);
        gauge(
                "sidetrack.writer.in.flight.batches",
                "Batches without an outcome",
                writers,
                BufferState::batchesInFlight);
        gauge(
                "sidetrack.writer.in.flight.limit.batches",
                "Current limit of batches in flight",
                writers,
                BufferState::inFlightLimit);
        gauge(
                "sidetrack.writer.oldest.buffered.age.seconds",
                "Age of the oldest unfinished record, whether it waits as a write, as a dead letter or to be parked",
                writers,
                state -> state.oldestAgeNanos() / 1e9);
        Gauge.builder("sidetrack.writer.write.unit.limit", budget, WriteBudget::rate)
                .description("Current limit of write units per second; infinite if there is none")
                .register(registry);
        Gauge.builder("sidetrack.writer.lane.write.unit.limit", budget, WriteBudget::laneLimit)
                .description("Limit of write units per second for all writers of the lane; infinite if there is none")
                .register(registry);
        Gauge.builder("sidetrack.writer.lane.share", budget, WriteBudget::share)
                .description("The part of that limit that this instance may use now, from 0 to 1")
                .register(registry);
        Gauge.builder("sidetrack.writer.paused", holds, all -> all.isPaused() ? 1 : 0)
                .description("1 while reading is paused for any reason")
                .register(registry);
        for (String code : Hold.CODES) {
            Gauge.builder("sidetrack.writer.hold", holds, all -> all.isActive(code) ? 1 : 0)
                    .description("1 while this hold is active")
                    .tag("hold", code)
                    .register(registry);
        }
    }

    /** Registers the gauges for the lag of the lane and for stalls. */
    void watch(LaneLag lag, StallMonitor stall) {
        Gauge.builder("sidetrack.writer.lag.records", lag, LaneLag::records)
                .description("Offsets between the commits and the ends of this instance's partitions; NaN if unknown")
                .register(registry);
        Gauge.builder("sidetrack.writer.lag.seconds", lag, LaneLag::seconds)
                .description("Time since the oldest uncommitted record arrived in the lane; NaN if unknown")
                .register(registry);
        Gauge.builder("sidetrack.writer.since.commit.seconds", lag, LaneLag::secondsSinceCommit)
                .description("Seconds since the last observed commit; 0 while everything is committed")
                .register(registry);
        Gauge.builder("sidetrack.writer.stalled", stall, some -> some.stalled().isPresent() ? 1 : 0)
                .description("1 while the writer makes no progress although nothing outside it fails")
                .register(registry);
    }

    private void gauge(String name, String description, ThreadWriters writers, ToDoubleFunction<BufferState> value) {
        Gauge.builder(name, writers, all -> value.applyAsDouble(all.state()))
                .description(description)
                .register(registry);
    }

    /** Counts an invalid record in the control topic. */
    void controlRecordRejected() {
        controlRecordsRejected.increment();
    }

    /** The control topic could not be read. */
    void controlReadFailed() {
        failedControlReads.increment();
    }

    @Override
    public void received() {
        received.increment();
    }

    @Override
    public void written(SourceRecord record) {
        finished(record, RecordOutcome.WRITTEN);
    }

    @Override
    public void superseded(SourceRecord record) {
        finished(record, RecordOutcome.SUPERSEDED);
    }

    @Override
    public void stale(SourceRecord record) {
        finished(record, RecordOutcome.STALE);
    }

    @Override
    public void deadLettered(SourceRecord record, Rejection rejection) {
        finished(record, RecordOutcome.DEAD_LETTERED);
        deadLetters.get(rejection.reason()).increment();
    }

    @Override
    public void parked(SourceRecord record) {
        finished(record, RecordOutcome.PARKED);
    }

    @Override
    public void discarded(SourceRecord record) {
        finished(record, RecordOutcome.DISCARDED);
    }

    private void finished(SourceRecord record, RecordOutcome outcome) {
        items.get(outcome).increment();
        if (backfills.isPresent()) {
            backfills.get().finished(record, outcome);
        }
    }

    @Override
    public void forgotten() {
        forgotten.increment();
    }

    @Override
    public void sent(Batch batch) {
        batchSize.record(batch.writes().size());
    }

    @Override
    public void retried(RetryCause cause, int writes) {
        retries.get(cause).increment(writes);
    }

    @Override
    public void requestCompleted(String outcome, long nanos) {
        requests.computeIfAbsent(outcome, this::request).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void requestSent(String operation, int items) {
        requestItems
                .computeIfAbsent(operation, name -> DistributionSummary.builder("sidetrack.writer.request.items")
                        .description("Items in each call to DynamoDB, by operation")
                        .tag("operation", name)
                        .register(registry))
                .record(items);
    }

    @Override
    public void itemsTried(String path, String result, int items) {
        guardItems
                .computeIfAbsent(path + ' ' + result, any -> Counter.builder("sidetrack.writer.guard.items")
                        .description("Items that the version guard has tried to write, by path and result")
                        .tag("path", path)
                        .tag("result", result)
                        .register(registry))
                .increment(items);
    }

    @Override
    public void statementFailed(String code) {
        statementErrors.computeIfAbsent(code, this::statementError).increment();
    }

    @Override
    public void throttled(ThrottlingReason reason) {
        ThrottlingReason known = throttlings.containsKey(reason) || throttlings.size() < MAX_THROTTLING_REASONS
                ? reason
                : ThrottlingReason.OF_OTHERS;
        throttlings.computeIfAbsent(known, this::throttling).increment();
    }

    private Counter throttling(ThrottlingReason reason) {
        return Counter.builder("sidetrack.writer.throttled.calls")
                .description("Calls that DynamoDB throttled, by its reason and the table or index that it named")
                .tag("reason", reason.reason())
                .tag("resource", reason.resource())
                .register(registry);
    }

    private Counter statementError(String code) {
        return Counter.builder("sidetrack.writer.statement.errors")
                .description("Statements that failed within a successful call, by error code")
                .tag("code", code)
                .register(registry);
    }

    private Timer request(String outcome) {
        return Timer.builder("sidetrack.writer.request")
                .description("Calls to DynamoDB, by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void charged(double units) {
        writeUnits.increment(units);
    }

    @Override
    public void drained(boolean durable, long nanos) {
        Timer.builder("sidetrack.writer.drain")
                .description("Waits of a commit for writes in flight, by whether the writes became durable in time")
                .tag("durable", Boolean.toString(durable))
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }
}
