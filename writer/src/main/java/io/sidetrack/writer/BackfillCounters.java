package io.sidetrack.writer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sidetrack.common.lane.BackfillNames;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the finished records of a backfill lane by the name of their backfill. The number of names is bounded by {@link
 * BackfillNames}. Thread-safe.
 */
final class BackfillCounters {
    private final MeterRegistry registry;
    private final String header;
    private final BackfillTallies tallies;
    private final BackfillNames names = new BackfillNames();
    /** By label; each with a counter for every outcome. */
    private final Map<String, Map<RecordOutcome, Counter>> counters = new ConcurrentHashMap<>();

    /**
     * @param header the name of the header that names a record's backfill
     * @param tallies receives the counts as well
     */
    BackfillCounters(MeterRegistry registry, String header, BackfillTallies tallies) {
        this.registry = registry;
        this.header = header;
        this.tallies = tallies;
    }

    /** Counts a finished record. Never throws, whatever its headers contain. */
    void finished(SourceRecord record, RecordOutcome outcome) {
        String name = names.of(name(record.headers()));
        counters.computeIfAbsent(name, this::counters).get(outcome).increment();
        tallies.finished(record.partition(), name, outcome);
    }

    /** The value of the last such header; null if there is none. */
    private byte[] name(List<RecordHeader> headers) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).key().equals(header)) {
                return headers.get(i).value();
            }
        }
        return null;
    }

    private Map<RecordOutcome, Counter> counters(String name) {
        Map<RecordOutcome, Counter> all = new EnumMap<>(RecordOutcome.class);
        for (RecordOutcome outcome : RecordOutcome.values()) {
            all.put(
                    outcome,
                    Counter.builder("sidetrack.writer.backfill.records")
                            .description(
                                    "Finished records of a backfill lane, by the name of their backfill and outcome")
                            .tag("backfill", name)
                            .tag("outcome", outcome.label())
                            .register(registry));
        }
        return all;
    }
}
