package io.sidetrack.ops.replay;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.FirstRecord;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.copy.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.IsolationLevel;

/**
 * Finds the offsets of a slice. A slice is a range of offsets in each partition, as with Kafka's own tools; timestamps only determine
 * where it begins and ends, because they need not be in order.
 *
 * @param held what the topic holds, by partition, up to its first open transaction
 * @param written where each partition ends, open transactions included
 * @param first the first record that each partition holds; without those that hold none
 * @param from where the slice begins
 * @param firstFrom the first record of each partition from that instant on, if {@code from} is an instant
 * @param to where the slice ends
 * @param firstTo the first record of each partition from that instant on, if {@code to} is an instant
 */
record SliceResolver(
        String topic,
        SortedMap<Integer, OffsetRange> held,
        Map<Integer, Long> written,
        Map<Integer, FirstRecord> first,
        Bound from,
        Map<Integer, FirstRecord> firstFrom,
        Bound to,
        Map<Integer, FirstRecord> firstTo) {
    private static final int MAX_NAMED = 3;

    /** Looks up what the topic holds. */
    static SliceResolver of(Cluster cluster, TopicFacts topic, SliceOptions options, Instant now) {
        Set<Integer> partitions = options.partitions(topic);
        // Before the other request: what is written meanwhile must not look like an open transaction.
        Map<Integer, Long> written = new TreeMap<>();
        cluster.ranges(topic.name(), topic.partitions())
                .forEach((partition, range) -> written.put(partition, range.end()));
        SortedMap<Integer, OffsetRange> held =
                new TreeMap<>(cluster.ranges(topic.name(), topic.partitions(), IsolationLevel.READ_COMMITTED));
        held.keySet().retainAll(partitions);
        return new SliceResolver(
                topic.name(),
                held,
                written,
                cluster.firstAt(topic.name(), topic.partitions(), 0),
                options.from(),
                firstAt(cluster, topic, options.from(), now),
                options.to(),
                firstAt(cluster, topic, options.to(), now));
    }

    private static Map<Integer, FirstRecord> firstAt(Cluster cluster, TopicFacts topic, Bound bound, Instant now) {
        if (bound instanceof Bound.At at) {
            return cluster.firstAt(
                    topic.name(), topic.partitions(), at.instant().toEpochMilli());
        }
        return bound instanceof Bound.Ago ago
                ? cluster.firstAt(
                        topic.name(), topic.partitions(), now.minus(ago.age()).toEpochMilli())
                : Map.of();
    }

    /**
     * The slice.
     *
     * @throws StartupException if an offset is beyond the end of the partition
     */
    Slice slice() {
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
        held.forEach((partition, range) -> {
            long start = Math.max(range.start(), position("--from", from, firstFrom, partition, range));
            ranges.put(
                    partition,
                    new OffsetRange(start, Math.max(start, position("--to", to, firstTo, partition, range))));
        });
        return new Slice(topic, ranges);
    }

    private static long position(
            String option, Bound bound, Map<Integer, FirstRecord> found, int partition, OffsetRange range) {
        if (bound instanceof Bound.Earliest) {
            return range.start();
        }
        if (bound instanceof Bound.Latest) {
            return range.end();
        }
        if (bound instanceof Bound.Offset at) {
            if (at.offset() > range.end()) {
                throw new StartupException(
                        option + "=" + at.offset(),
                        "partition %d ends at offset %d".formatted(partition, range.end()),
                        "Use that or less; records of open transactions cannot be replayed.");
            }
            return at.offset();
        }
        FirstRecord record = found.get(partition);
        return record == null ? range.end() : Math.min(record.offset(), range.end());
    }

    /**
     * Requires that no record of the slice is deleted, as far as that can be known: a partition that begins with a record of the
     * slice, or holds no record any more, may have held earlier ones.
     *
     * @param asWritten the options, for the message
     * @throws OpsException if records may be missing; the message states what is left
     */
    void requireWhole(String asWritten) {
        List<String> cut = new ArrayList<>();
        held.forEach((partition, range) -> {
            if (mayLackRecords(partition, range)) {
                FirstRecord left = first.get(partition);
                cut.add(
                        left == null || range.length() == 0
                                ? "partition %d holds no record".formatted(partition)
                                : "partition %d begins at offset %d, %s"
                                        .formatted(partition, range.start(), Instant.ofEpochMilli(left.timestampMs())));
            }
        });
        if (!cut.isEmpty()) {
            throw new OpsException(
                    "%s: records before that may be deleted in %d of %d partitions of %s (%s%s); replay what is left with --allow-deleted, or begin later"
                            .formatted(
                                    asWritten,
                                    cut.size(),
                                    held.size(),
                                    topic,
                                    String.join("; ", cut.subList(0, Math.min(MAX_NAMED, cut.size()))),
                                    cut.size() > MAX_NAMED ? "; ..." : ""));
        }
    }

    private boolean mayLackRecords(int partition, OffsetRange range) {
        if (range.start() == 0 || from instanceof Bound.Earliest || from instanceof Bound.Latest) {
            return false;
        }
        return from instanceof Bound.Offset at
                ? at.offset() < range.start()
                : position("--from", from, firstFrom, partition, range) <= range.start();
    }

    /**
     * Partitions whose slice ends early: at a record from the future, because its producer had a wrong clock, or at an open
     * transaction, which may hang for days. Later records, which may be wanted, are not replayed.
     */
    List<String> notes(Instant now) {
        List<String> notes = new ArrayList<>();
        notes.addAll(atOpenTransactions());
        notes.addAll(atTheFuture(now));
        return notes;
    }

    private List<String> atOpenTransactions() {
        List<String> notes = new ArrayList<>();
        held.forEach((partition, range) -> {
            // An offset beyond the end is refused.
            long wanted = to instanceof Bound.Offset
                    ? range.end()
                    : position("--to", to, firstTo, partition, new OffsetRange(range.start(), written.get(partition)));
            if (wanted > range.end() && notes.size() < MAX_NAMED) {
                notes.add(
                        "partition %d of %s ends at offset %d, where a transaction is open; the %d offsets from there on are not replayed, committed or not"
                                .formatted(partition, topic, range.end(), wanted - range.end()));
            }
        });
        return notes;
    }

    private List<String> atTheFuture(Instant now) {
        List<String> notes = new ArrayList<>();
        held.keySet().forEach(partition -> {
            FirstRecord end = firstTo.get(partition);
            if (end != null && end.timestampMs() > now.toEpochMilli() && notes.size() < MAX_NAMED) {
                notes.add(
                        "partition %d of %s ends at offset %d, because the timestamp there is in the future (%s); replay later records with --partition %d and offsets"
                                .formatted(
                                        partition,
                                        topic,
                                        end.offset(),
                                        Instant.ofEpochMilli(end.timestampMs()),
                                        partition));
            }
        });
        return notes;
    }
}
