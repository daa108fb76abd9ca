package io.sidetrack.router;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.placement.Refusal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router's own metrics: records by lane and rule, by named backfill, dead letters by reason, and what is lost.
 * Thread-safe.
 */
final class RouterMetrics implements RouteListener {
    private static final Logger log = LoggerFactory.getLogger(RouterMetrics.class);

    private final MeterRegistry registry;
    private final ProblemLog problems;
    private final Map<Verdict, Counter> records = new ConcurrentHashMap<>();
    private final Map<String, Counter> backfills = new ConcurrentHashMap<>();
    private final Map<Refusal, Counter> deadLetters = new ConcurrentHashMap<>();
    private final Counter lost;
    private final Counter restarts;

    RouterMetrics(MeterRegistry registry, ProblemLog problems) {
        this.registry = registry;
        this.problems = problems;
        this.lost = Counter.builder("sidetrack.router.lost.offsets")
                .description(
                        "Offsets of the source, transaction markers included, that were deleted before they were read")
                .register(registry);
        this.restarts = Counter.builder("sidetrack.router.failed.sends")
                .description(
                        "Times that a stream thread went back to its committed offsets because a record did not arrive")
                .register(registry);
    }

    /** A record did not arrive, and its stream thread starts again from its committed offsets. */
    void failedSend(String source, int partition, long offset, Exception reason) {
        restarts.increment();
        problems.report(
                "failed sends",
                "%s, partition %d, offset %d: not sent to its lane (%s); the stream thread starts again from its committed"
                                .formatted(source, partition, offset, reason)
                        + " offsets");
    }

    /** Registers the result of the look at the brokers' release line at start-up. */
    void brokerWarning(boolean warning) {
        Gauge.builder("sidetrack.router.broker.warning", () -> warning ? 1 : 0)
                .description("1 if exactly_once_v2 is on and a broker's release line can skip transaction markers"
                        + " (KAFKA-20734), as of this router's start; else 0")
                .register(registry);
    }

    @Override
    public void routed(Verdict verdict, long count) {
        records.computeIfAbsent(verdict, this::counter).increment((double) count);
    }

    @Override
    public void named(String name, long count) {
        backfills.computeIfAbsent(name, this::named).increment((double) count);
    }

    @Override
    public void buried(Refusal refusal, String topic, int partition, long offset, boolean whole) {
        deadLetters.computeIfAbsent(refusal, this::buried).increment();
        problems.report(
                "dead letters of reason " + refusal.code(),
                "%s, partition %d, offset %d: sent to the dead-letter topic, reason %s"
                        .formatted(topic, partition, offset, refusal.code()));
        if (!whole) {
            problems.report(
                    "dead letters are reduced",
                    ("%s, partition %d, offset %d: its dead letter is reduced, because the dead-letter topic does not accept it"
                                    + " whole; `dead-letters replay` fetches the rest from the source while it is there; for"
                                    + " whole letters, raise max.message.bytes and segment.bytes of the dead-letter topic, and"
                                    + " KAFKA_MAX_REQUEST_SIZE and KAFKA_BUFFER_MEMORY if the record is larger than these")
                            .formatted(topic, partition, offset));
        }
    }

    @Override
    public void lost(String topic, int partition, long from, long to) {
        lost.increment((double) (to - from));
        // Each time: it names what is gone for good.
        log.error(
                "{}, partition {}: offsets {} to {} were deleted before the router read them (retention, or a deletion by"
                        + " hand); going on at {}",
                topic,
                partition,
                from,
                to - 1,
                to);
    }

    private Counter counter(Verdict verdict) {
        return Counter.builder("sidetrack.router.records")
                .description("Records on their lane, by lane and by the rule that decided")
                .tag("lane", verdict.lane().code())
                .tag("rule", verdict.rule())
                .register(registry);
    }

    private Counter named(String backfill) {
        return Counter.builder("sidetrack.router.backfill.records")
                .description("Records on the backfill lane because of the header, by the name in it")
                .tag("backfill", backfill)
                .register(registry);
    }

    private Counter buried(Refusal refusal) {
        return Counter.builder("sidetrack.router.dead.letters")
                .description("Records that their lane would not take")
                .tag("reason", refusal.code())
                .register(registry);
    }
}
