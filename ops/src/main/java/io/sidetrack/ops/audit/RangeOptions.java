package io.sidetrack.ops.audit;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Which records of the source are audited, and where their copies are looked for. */
final class RangeOptions {
    /** How far the clocks of producers and brokers may differ. */
    private static final Duration CLOCKS = Duration.ofMinutes(10);

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "In each partition, from the first record of this instant or later, such as"
                    + " 2026-05-01T00:00:00Z. Default: from the beginning.")
    private Instant from;

    @Option(names = "--to", paramLabel = "INSTANT", description = "To the first record of this instant or later.")
    private Instant to;

    @Option(
            names = "--from-offset",
            split = ",",
            paramLabel = "PARTITION=OFFSET,...",
            description = "In these partitions of the source, from this offset.")
    private Map<Integer, Long> fromOffsets = Map.of();

    @Option(
            names = "--to-offset",
            split = ",",
            paramLabel = "PARTITION=OFFSET,...",
            description = "In these partitions of the source, to this offset, without it.")
    private Map<Integer, Long> toOffsets = Map.of();

    @Option(
            names = "--lanes-from",
            paramLabel = "INSTANT",
            description = "Look for copies in what lies on the lanes since this instant. Default: ten minutes before"
                    + " --from on a lane that has the time of arrival, otherwise the beginning.")
    private Instant lanesFrom;

    /** Where the range begins and where the source ends, of each partition; the range ends at {@link #ends}. */
    SortedMap<Integer, OffsetRange> source(Cluster cluster, TopicFacts topic) {
        SortedMap<Integer, OffsetRange> spans = new TreeMap<>(cluster.spans(topic.name(), topic.partitions()));
        if (from != null) {
            cluster.offsetsAt(topic.name(), topic.partitions(), from.toEpochMilli())
                    .forEach((partition, offset) -> spans.compute(partition, (key, span) -> startAt(span, offset)));
        }
        fromOffsets.forEach(
                (partition, offset) -> spans.computeIfPresent(partition, (key, span) -> startAt(span, offset)));
        ends(cluster, topic)
                .forEach((partition, offset) -> spans.computeIfPresent(
                        partition, (key, span) -> new OffsetRange(span.start(), Math.min(span.end(), offset))));
        return spans;
    }

    private static OffsetRange startAt(OffsetRange span, long offset) {
        return new OffsetRange(Math.max(span.start(), offset), span.end());
    }

    /** Where the range ends, of the partitions where it does. */
    private SortedMap<Integer, Long> ends(Cluster cluster, TopicFacts topic) {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        if (to != null) {
            ends.putAll(cluster.offsetsAt(topic.name(), topic.partitions(), to.toEpochMilli()));
        }
        ends.putAll(toOffsets);
        return ends;
    }

    /**
     * Whether the range is all that the source ever had: only then a record of a lane can be told that is in no range.
     *
     * @param spans as {@link #source} has them
     */
    boolean isWhole(SortedMap<Integer, OffsetRange> spans) {
        return to == null && toOffsets.isEmpty() && spans.values().stream().allMatch(span -> span.start() == 0);
    }

    /** What to read of a lane. */
    SortedMap<Integer, OffsetRange> lane(Cluster cluster, TopicFacts lane) {
        SortedMap<Integer, OffsetRange> spans = new TreeMap<>(cluster.spans(lane.name(), lane.partitions()));
        Instant start = lanesFrom;
        if (start == null && from != null && lane.stampsRecords()) {
            // What is in the range came to the source at that instant or later, if clocks agree, and to the lane after
            // that.
            start = from.minus(CLOCKS);
        }
        if (start != null) {
            cluster.offsetsAt(lane.name(), lane.partitions(), start.toEpochMilli())
                    .forEach((partition, offset) -> spans.compute(partition, (key, span) -> startAt(span, offset)));
        }
        return spans;
    }
}
