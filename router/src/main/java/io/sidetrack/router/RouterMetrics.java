package io.sidetrack.router;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sidetrack.router.lane.Verdict;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The router's own metrics: records by lane and rule. The names of backfills are not among the labels, because producers
 * choose them and there may be any number. Thread-safe.
 */
final class RouterMetrics {
    private final MeterRegistry registry;
    private final Map<Verdict, Counter> records = new ConcurrentHashMap<>();

    RouterMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void routed(Verdict verdict) {
        records.computeIfAbsent(verdict, this::counter).increment();
    }

    private Counter counter(Verdict verdict) {
        return Counter.builder("sidetrack.router.records")
                .description("Records routed, by lane and by the rule that decided")
                .tag("lane", verdict.lane().code())
                .tag("rule", verdict.rule())
                .register(registry);
    }
}
