package io.sidetrack.ops.verify;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The part of the lane whose keys are verified. Later records of these keys are read as well, because they replace items. */
final class Slice {
    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "Verify the keys of records that arrived at this instant or later, such as"
                    + " 2026-05-01T00:00:00Z. Default: the beginning.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            description = "Verify the keys of records that arrived before this.")
    private Instant to;

    @Option(
            names = "--from-offset",
            split = ",",
            paramLabel = "PARTITION=OFFSET,...",
            description = "Start in these partitions at these offsets.")
    private Map<Integer, Long> fromOffsets = Map.of();

    @Option(
            names = "--to-offset",
            split = ",",
            paramLabel = "PARTITION=OFFSET,...",
            description = "End in these partitions before these offsets.")
    private Map<Integer, Long> toOffsets = Map.of();

    /** True if the part is the whole lane. */
    boolean isWhole() {
        return from == null && to == null && fromOffsets.isEmpty() && toOffsets.isEmpty();
    }

    /** @throws StartupException if it ends where it begins or before */
    void check() {
        if (from != null && to != null && !from.isBefore(to)) {
            throw new StartupException(
                    "--from=" + from + " --to=" + to, "selects nothing", "Begin earlier, or end later.");
        }
    }

    /**
     * What to read, by partition: from the start of the part to the end of the lane.
     *
     * @param held the offsets that the lane holds
     */
    SortedMap<Integer, OffsetRange> ranges(Cluster cluster, TopicFacts lane, SortedMap<Integer, OffsetRange> held) {
        Map<Integer, Long> starts = cluster.offsetsAt(lane, Optional.ofNullable(from), fromOffsets);
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
        held.forEach((partition, range) -> ranges.put(
                partition, new OffsetRange(Math.max(range.start(), starts.getOrDefault(partition, 0L)), range.end())));
        return ranges;
    }

    /** The offset at which the part ends, by partition; a partition without one ends at the end of the lane. */
    Map<Integer, Long> ends(Cluster cluster, TopicFacts lane) {
        return cluster.offsetsAt(lane, Optional.ofNullable(to), toOffsets);
    }
}
