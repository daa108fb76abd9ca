package io.sidetrack.router;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.placement.Refusal;
import io.sidetrack.router.route.RouteListener;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router's own metrics: records by lane and rule, records by backfill, dead letters by reason, lost offsets, and what
 * concerns the operator's settings for named backfills.
 * Thread-safe.
 */
final class RouterMetrics implements RouteListener {
    private static final Logger log = LoggerFactory.getLogger(RouterMetrics.class);

    private final MeterRegistry registry;
    private final ProblemLog problems;
    private final Map<Classification, Counter> lanes = new ConcurrentHashMap<>();
    private final Map<String, Counter> backfills = new ConcurrentHashMap<>();
    private final Map<String, Counter> parked = new ConcurrentHashMap<>();
    private final Map<String, Counter> discarded = new ConcurrentHashMap<>();
    private final Map<Refusal, Counter> deadLetters = new EnumMap<>(Refusal.class);
    private final Counter lost;
    private final Counter failedSends;
    private final Counter failedControlReads;
    private final Counter rejectedControlRecords;
    /** The number of backfills whose pause is not in effect here. */
    private final AtomicInteger notParked = new AtomicInteger();

    RouterMetrics(MeterRegistry registry, ProblemLog problems) {
        this.registry = registry;
        this.problems = problems;
        this.lost = Counter.builder("sidetrack.router.lost.offsets")
                .description(
                        "Offsets of the source, transaction markers included, that were deleted before they were read")
                .register(registry);
        this.failedSends = Counter.builder("sidetrack.router.failed.sends")
                .description(
                        "Times that a stream thread restarted from its committed offsets because a record did not arrive")
                .register(registry);
        this.failedControlReads = Counter.builder("sidetrack.router.control.failed.reads")
                .description("Attempts to read the control topic that failed; the last settings stayed in effect")
                .register(registry);
        this.rejectedControlRecords = Counter.builder("sidetrack.router.control.rejected.records")
                .description(
                        "Invalid records for named backfills in the control topic, including those found at startup")
                .register(registry);
        Gauge.builder("sidetrack.router.not.parked.backfills", notParked, AtomicInteger::get)
                .description(
                        "Named backfills that are paused or cancelled, but go to the lane here because no record can be"
                                + " parked")
                .register(registry);
        // From the start, because Prometheus sees no increase in a counter that begins with 1.
        for (Refusal refusal : Refusal.values()) {
            deadLetters.put(refusal, deadLetterCounter(refusal));
        }
    }

    /** Reports that a record did not arrive, so that its stream thread restarts from its committed offsets. */
    void failedSend(String source, int partition, long offset, Exception reason) {
        failedSends.increment();
        problems.report(
                "failed sends",
                "%s, partition %d, offset %d: did not arrive (%s); the stream thread restarts from its committed"
                                .formatted(source, partition, offset, reason)
                        + " offsets");
    }

    /** Registers the result of the check of the brokers' release lines. */
    void brokerWarning(boolean warning) {
        Gauge.builder("sidetrack.router.broker.warning", () -> warning ? 1 : 0)
                .description("1 if exactly_once_v2 is on and a broker's release line can skip transaction markers"
                        + " (KAFKA-20734), as of this router's start; else 0")
                .register(registry);
    }

    @Override
    public void routed(Classification classification, long count) {
        lanes.computeIfAbsent(classification, this::laneCounter).increment((double) count);
    }

    @Override
    public void routedToBackfill(String name, long count) {
        add(
                backfills,
                "sidetrack.router.backfill.records",
                "Records sent to the backfill lane because of the header, by the backfill's name in it",
                name,
                count);
    }

    @Override
    public void parked(String name, long count) {
        add(
                parked,
                "sidetrack.router.parked.records",
                "Records sent to the topic for parked records, by the backfill's name",
                name,
                count);
    }

    @Override
    public void discarded(String name, long count) {
        add(
                discarded,
                "sidetrack.router.discarded.records",
                "Records that were not sent anywhere because their backfill is cancelled, by its name",
                name,
                count);
    }

    /** Counts a failed attempt to read the control topic. */
    void controlReadFailed() {
        failedControlReads.increment();
    }

    /** Counts an invalid record in the control topic. */
    void controlRecordRejected() {
        rejectedControlRecords.increment();
    }

    /** Sets the number of backfills whose pause is not in effect here. */
    void notParked(int backfills) {
        notParked.set(backfills);
    }

    @Override
    public void deadLettered(Refusal refusal, String topic, int partition, long offset, boolean whole) {
        deadLetters.get(refusal).increment();
        problems.report(
                "dead letters of reason " + refusal.code(),
                "%s, partition %d, offset %d: sent to the dead-letter topic, reason %s"
                        .formatted(topic, partition, offset, refusal.code()));
        if (!whole) {
            problems.report(
                    "dead letters are reduced",
                    ("%s, partition %d, offset %d: its dead letter is reduced, because the dead-letter topic does not accept it"
                                    + " whole; `dead-letters replay` reads the rest from the source while it is retained; for"
                                    + " whole dead letters, raise max.message.bytes and segment.bytes of the dead-letter topic, and"
                                    + " KAFKA_MAX_REQUEST_SIZE and KAFKA_BUFFER_MEMORY if the record is larger than these")
                            .formatted(topic, partition, offset));
        }
    }

    @Override
    public void lost(String topic, int partition, long from, long to) {
        lost.increment((double) (to - from));
        // Not summarized, because each line names records that are lost for good.
        log.error(
                "{}, partition {}: offsets {} to {} were deleted before the router read them (retention, or a deletion by"
                        + " hand); continuing at {}",
                topic,
                partition,
                from,
                to - 1,
                to);
    }

    private Counter laneCounter(Classification classification) {
        return Counter.builder("sidetrack.router.records")
                .description("Records sent to a lane, by lane and by the rule that chose it")
                .tag("lane", classification.lane().code())
                .tag("rule", classification.rule())
                .register(registry);
    }

    private void add(Map<String, Counter> byBackfill, String metric, String description, String backfill, long count) {
        byBackfill
                .computeIfAbsent(backfill, name -> Counter.builder(metric)
                        .description(description)
                        .tag("backfill", name)
                        .register(registry))
                .increment((double) count);
    }

    private Counter deadLetterCounter(Refusal refusal) {
        return Counter.builder("sidetrack.router.dead.letters")
                .description("Records that their lane did not accept, by reason")
                .tag("reason", refusal.code())
                .register(registry);
    }
}
