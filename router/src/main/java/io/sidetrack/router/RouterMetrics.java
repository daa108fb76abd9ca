package io.sidetrack.router;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.place.Refusal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The router's own metrics: records by lane and rule, by named backfill, and dead letters by reason. Thread-safe. */
final class RouterMetrics implements RouteListener {
    private final MeterRegistry registry;
    private final ProblemLog problems;
    private final BackfillNames names = new BackfillNames();
    private final Map<Verdict, Counter> records = new ConcurrentHashMap<>();
    private final Map<String, Counter> backfills = new ConcurrentHashMap<>();
    private final Map<Refusal, Counter> deadLetters = new ConcurrentHashMap<>();

    RouterMetrics(MeterRegistry registry, ProblemLog problems) {
        this.registry = registry;
        this.problems = problems;
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
    public void named(byte[] name, long count) {
        backfills.computeIfAbsent(names.of(name), this::named).increment((double) count);
    }

    @Override
    public void buried(Refusal refusal, String topic, int partition, long offset) {
        deadLetters.computeIfAbsent(refusal, this::buried).increment();
        problems.report(
                "dead letters of reason " + refusal.code(),
                "%s, partition %d, offset %d: sent to the dead-letter topic, reason %s"
                        .formatted(topic, partition, offset, refusal.code()));
    }

    private Counter counter(Verdict verdict) {
        return Counter.builder("sidetrack.router.records")
                .description("Records routed, by lane and by the rule that decided")
                .tag("lane", verdict.lane().code())
                .tag("rule", verdict.rule())
                .register(registry);
    }

    private Counter named(String backfill) {
        return Counter.builder("sidetrack.router.backfill.records")
                .description("Records routed to the backfill lane because of the header, by the name in it")
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
