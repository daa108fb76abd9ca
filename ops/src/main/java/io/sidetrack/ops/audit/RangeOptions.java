package io.sidetrack.ops.audit;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The records of the source to audit, and the part of the lanes in which to search for their copies. */
final class RangeOptions {
    /** How much the clocks of producers and brokers may differ. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(10);

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "Start each partition at the first record of this instant or later, such as"
                    + " 2026-05-01T00:00:00Z. Default: the beginning.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            description = "End before the first record of this instant or later.")
    private Instant to;

    @Option(
            names = "--from-offset",
            split = ",",
            paramLabel = "PARTITION=OFFSET,...",
            description = "Start these partitions of the source at these offsets.")
    private Map<Integer, Long> fromOffsets = Map.of();

    @Option(
            names = "--to-offset",
            split = ",",
            paramLabel = "PARTITION=OFFSET,...",
            description = "End these partitions of the source before these offsets.")
    private Map<Integer, Long> toOffsets = Map.of();

    @Option(
            names = "--lanes-from",
            paramLabel = "INSTANT",
            description = "Search for copies in the records of the lanes from this instant on. Default: ten minutes"
                    + " before --from on a lane with message.timestamp.type=LogAppendTime, otherwise the beginning.")
    private Instant lanesFrom;

    /** The range to audit, by partition of the source. */
    SortedMap<Integer, OffsetRange> source(Cluster cluster, TopicFacts topic) {
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>(cluster.ranges(topic.name(), topic.partitions()));
        if (from != null) {
            cluster.offsetsAt(topic.name(), topic.partitions(), from.toEpochMilli())
                    .forEach((partition, offset) -> ranges.compute(partition, (key, range) -> startAt(range, offset)));
        }
        fromOffsets.forEach(
                (partition, offset) -> ranges.computeIfPresent(partition, (key, range) -> startAt(range, offset)));
        cluster.offsetsAt(topic, Optional.ofNullable(to), toOffsets)
                .forEach((partition, offset) -> ranges.computeIfPresent(
                        partition, (key, range) -> new OffsetRange(range.start(), Math.min(range.end(), offset))));
        return ranges;
    }

    private static OffsetRange startAt(OffsetRange range, long offset) {
        return new OffsetRange(Math.max(range.start(), offset), range.end());
    }

    /**
     * True if the range is everything that the source ever contained. Only then is a lane record without a match an error.
     *
     * @param ranges the result of {@link #source}
     */
    boolean isWhole(SortedMap<Integer, OffsetRange> ranges) {
        return to == null && toOffsets.isEmpty() && ranges.values().stream().allMatch(range -> range.start() == 0);
    }

    /** The range to read of a lane, by partition. */
    SortedMap<Integer, OffsetRange> lane(Cluster cluster, TopicFacts lane) {
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>(cluster.ranges(lane.name(), lane.partitions()));
        Instant start = lanesFrom;
        if (start == null && from != null && lane.stampsRecords()) {
            // Records of the range arrived in the source at that instant or later, if clocks agree, and on the lane
            // after that.
            start = from.minus(CLOCK_DIFFERENCE);
        }
        if (start != null) {
            cluster.offsetsAt(lane.name(), lane.partitions(), start.toEpochMilli())
                    .forEach((partition, offset) -> ranges.compute(partition, (key, range) -> startAt(range, offset)));
        }
        return ranges;
    }
}
