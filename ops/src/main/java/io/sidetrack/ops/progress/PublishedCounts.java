package io.sidetrack.ops.progress;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusEntry;
import io.sidetrack.common.status.StatusEntry.NameCounts;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.status.StatusReader;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The counts that services have published, added up over the partitions. */
final class PublishedCounts {
    /** A service publishes every 10 s while it counts. */
    private static final long RECENT_MS = 45_000;

    private static final Set<BackfillOutcome> FINISHED = EnumSet.of(
            BackfillOutcome.WRITTEN, BackfillOutcome.SUPERSEDED, BackfillOutcome.STALE, BackfillOutcome.DEAD_LETTERED);

    private final Map<String, NameCounts> routers;
    private final Map<String, NameCounts> writers;
    private final Map<String, NameCounts> operators;
    private final Map<String, Double> perSecond = new HashMap<>();
    private final boolean hasRouters;
    private final boolean hasWriters;
    private final long uncertain;

    private PublishedCounts(
            Collection<List<StatusEntry>> ofRouters,
            Collection<List<StatusEntry>> ofWriters,
            Collection<List<StatusEntry>> ofOperators,
            long nowMs) {
        this.routers = sum(ofRouters);
        this.writers = sum(ofWriters);
        this.operators = sum(ofOperators);
        this.hasRouters = !ofRouters.isEmpty();
        this.hasWriters = !ofWriters.isEmpty();
        this.uncertain = uncertain(ofRouters) + uncertain(ofWriters);
        ofWriters.forEach(entries -> addRates(entries, nowMs));
    }

    /** What a reader has read. */
    static PublishedCounts of(StatusReader reader, long nowMs) {
        return of(
                reader.entries(StatusKey.ROUTER),
                reader.entries(StatusKey.WRITER),
                reader.entries(StatusKey.OPERATOR),
                nowMs);
    }

    /** Each collection contains, for each partition, its last entries, oldest first. */
    static PublishedCounts of(
            Collection<List<StatusEntry>> routers,
            Collection<List<StatusEntry>> writers,
            Collection<List<StatusEntry>> operators,
            long nowMs) {
        return new PublishedCounts(routers, writers, operators, nowMs);
    }

    private static StatusEntry newest(List<StatusEntry> entries) {
        return entries.get(entries.size() - 1);
    }

    private static Map<String, NameCounts> sum(Collection<List<StatusEntry>> partitions) {
        Map<String, NameCounts> sum = new TreeMap<>();
        partitions.forEach(entries ->
                newest(entries).names().forEach((name, counts) -> sum.merge(name, counts, NameCounts::plus)));
        return sum;
    }

    private static long uncertain(Collection<List<StatusEntry>> partitions) {
        return partitions.stream()
                .mapToLong(entries -> newest(entries).uncertain())
                .sum();
    }

    private void addRates(List<StatusEntry> entries, long nowMs) {
        StatusEntry newest = newest(entries);
        StatusEntry oldest = entries.get(0);
        double seconds = (newest.atMs() - oldest.atMs()) / 1e3;
        newest.names().forEach((name, counts) -> {
            if (nowMs - newest.atMs() > RECENT_MS) {
                perSecond.merge(name, 0.0, Double::sum);
            } else if (seconds > 0) {
                long before = finished(oldest.names().get(name));
                perSecond.merge(name, Math.max(0, finished(counts) - before) / seconds, Double::sum);
            }
        });
    }

    private static long finished(NameCounts counts) {
        return counts == null
                ? 0
                : FINISHED.stream()
                        .mapToLong(outcome -> counts.records().getOrDefault(outcome, 0L))
                        .sum();
    }

    /** The progress of each backfill that was counted or has a setting, in the order of their names. */
    List<BackfillProgress> progress(Map<String, NamedBackfill> settings) {
        Set<String> names = new TreeSet<>(routers.keySet());
        names.addAll(writers.keySet());
        names.addAll(settings.keySet());
        return names.stream()
                .map(name -> new BackfillProgress(
                        name,
                        Optional.ofNullable(settings.get(name)),
                        hasRouters ? of(name, routers) : Optional.empty(),
                        hasWriters ? of(name, writers) : Optional.empty(),
                        Optional.ofNullable(operators.get(name)),
                        perSecond.containsKey(name) ? OptionalDouble.of(perSecond.get(name)) : OptionalDouble.empty()))
                .toList();
    }

    /** Empty if it may be among those that are counted together: zero would show a backfill that runs as done. */
    private static Optional<NameCounts> of(String name, Map<String, NameCounts> counts) {
        return Optional.ofNullable(counts.get(name))
                .or(() -> counts.containsKey(StatusEntry.OTHER)
                        ? Optional.empty()
                        : Optional.of(new NameCounts(0, Map.of())));
    }

    /** An upper limit of the number of records that are not counted, or twice, because a service ended without its last counts. */
    long uncertain() {
        return uncertain;
    }
}
