package io.sidetrack.router.route;

import io.sidetrack.common.lane.BackfillNames;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.placement.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Counts what one task has routed in a transaction. The counts are reported when it is committed and discarded when it is
 * aborted. One report for many records also costs less than one for each. Used on the task's thread only.
 */
public final class RouteCounts {
    private final RouteListener listener;
    private final String header;
    private final BackfillNames names;
    /** By identity, because {@link io.sidetrack.router.lane.Rules} reuses its classifications. */
    private final IdentityHashMap<Classification, Count> lanes = new IdentityHashMap<>();
    /** By the name of the backfill; bounded by {@link BackfillNames}. */
    private final Map<String, Count> backfills = new HashMap<>();
    /** By the name of the backfill; few records are parked or discarded for long, so these are not as fast. */
    private final Map<String, Long> parked = new HashMap<>();

    private final Map<String, Long> discarded = new HashMap<>();
    private final List<DeadLettered> deadLetters = new ArrayList<>();
    /** The last value of the header, and its count: consecutive records usually belong to the same backfill. */
    private byte[] lastValue;
    /** Null until a record of this transaction belongs to a backfill. */
    private Count lastBackfill;

    private ByName byName = (name, outcome, records) -> {};

    /** Receives the counts of backfills when their transaction is committed. */
    @FunctionalInterface
    interface ByName {
        /** Some records of a backfill went somewhere. */
        void add(String name, BackfillOutcome outcome, long records);
    }

    private static final class Count {
        private long records;

        long take() {
            long taken = records;
            records = 0;
            return taken;
        }
    }

    private record DeadLettered(Refusal refusal, String topic, int partition, long offset, boolean whole) {}

    /** @param header the name of the header that marks a backfill */
    public RouteCounts(RouteListener listener, String header, BackfillNames names) {
        this.listener = listener;
        this.header = header;
        this.names = names;
    }

    void add(Classification classification, Headers headers) {
        lanes.computeIfAbsent(classification, any -> new Count()).records++;
        if (classification.isByHeader() && classification.lane() == Lane.BACKFILL) {
            Header marked = headers.lastHeader(header);
            backfill(marked == null ? null : marked.value()).records++;
        }
    }

    void addParked(Headers headers) {
        parked.merge(name(headers), 1L, Long::sum);
    }

    void addDiscarded(Headers headers) {
        discarded.merge(name(headers), 1L, Long::sum);
    }

    private String name(Headers headers) {
        return names.of(headers.lastHeader(header).value());
    }

    private Count backfill(byte[] value) {
        if (lastBackfill == null || !Arrays.equals(value, lastValue)) {
            lastValue = value;
            lastBackfill = backfills.computeIfAbsent(names.of(value), any -> new Count());
        }
        return lastBackfill;
    }

    void addDeadLetter(Refusal refusal, String topic, int partition, long offset, boolean whole) {
        deadLetters.add(new DeadLettered(refusal, topic, partition, offset, whole));
    }

    /** Reports the counts by name here as well, from now on. */
    void alsoTo(ByName other) {
        byName = other;
    }

    /** Reports the counts. */
    void committed() {
        lanes.forEach((classification, count) -> {
            if (count.records > 0) {
                listener.routed(classification, count.take());
            }
        });
        backfills.forEach((name, count) -> {
            long records = count.take();
            listener.routedToBackfill(name, records);
            byName.add(name, BackfillOutcome.ROUTED, records);
        });
        backfills.clear();
        lastBackfill = null;
        parked.forEach((name, records) -> {
            listener.parked(name, records);
            byName.add(name, BackfillOutcome.PARKED, records);
        });
        parked.clear();
        discarded.forEach((name, records) -> {
            listener.discarded(name, records);
            byName.add(name, BackfillOutcome.DISCARDED, records);
        });
        discarded.clear();
        deadLetters.forEach(one -> listener.deadLettered(one.refusal, one.topic, one.partition, one.offset, one.whole));
        deadLetters.clear();
    }

    /** Discards the counts. */
    void aborted() {
        lanes.clear();
        backfills.clear();
        lastBackfill = null;
        parked.clear();
        discarded.clear();
        deadLetters.clear();
    }
}
