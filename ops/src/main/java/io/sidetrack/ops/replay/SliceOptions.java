package io.sidetrack.ops.replay;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** The part of the topic that is replayed. */
final class SliceOptions {
    @Option(
            names = "--from",
            paramLabel = "POSITION",
            defaultValue = "earliest",
            description =
                    "Start each partition at its first record of this instant or later (2026-05-01T00:00:00Z, or an"
                            + " age such as -7d or -12h), at an offset of one partition, or at the earliest record that is left."
                            + " Default: ${DEFAULT-VALUE}.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "POSITION",
            defaultValue = "latest",
            description = "End each partition before its first record of this instant or later, before an offset of one"
                    + " partition, or at its end when the replay begins. Default: ${DEFAULT-VALUE}.")
    private String to;

    @Option(names = "--partition", split = ",", paramLabel = "N,...", description = "Replay only these partitions.")
    private Set<Integer> partitions = Set.of();

    @Option(
            names = "--allow-deleted",
            description = "Replay what is left of a slice whose first records are already deleted. Default: refuse it.")
    private boolean allowDeleted;

    /** @throws StartupException if a position is not valid */
    void check() {
        if (from() instanceof Bound.Latest || to() instanceof Bound.Earliest) {
            throw selectsNothing();
        }
    }

    /**
     * To be called when the slice is determined, and not for a replay that has begun: an age moves on.
     *
     * @throws StartupException if the slice ends where it begins or before
     */
    void requireOrder(Instant now) {
        Optional<Instant> begin = instant(from(), now);
        Optional<Instant> end = instant(to(), now);
        boolean emptyTime = begin.isPresent() && end.isPresent() && !begin.get().isBefore(end.get());
        boolean emptyRange = from() instanceof Bound.Offset first
                && to() instanceof Bound.Offset last
                && first.offset() >= last.offset();
        if (emptyTime || emptyRange) {
            throw selectsNothing();
        }
    }

    private static Optional<Instant> instant(Bound bound, Instant now) {
        if (bound instanceof Bound.At at) {
            return Optional.of(at.instant());
        }
        return bound instanceof Bound.Ago ago ? Optional.of(now.minus(ago.age())) : Optional.empty();
    }

    private StartupException selectsNothing() {
        return new StartupException(asWritten() + " --to=" + to, "selects nothing", "Begin earlier, or end later.");
    }

    /** Where the slice begins. */
    Bound from() {
        return Bound.parse("--from", from);
    }

    /** Where the slice ends. */
    Bound to() {
        return Bound.parse("--to", to);
    }

    /** True if records at the beginning of the slice may be deleted. */
    boolean allowsDeleted() {
        return allowDeleted;
    }

    /** The options as the user has written them. */
    String asWritten() {
        return "--from=" + from;
    }

    /** The options that select the slice, as text. Ages stay ages, so that the same command continues its replay later. */
    String text() {
        return "from=" + from + " to=" + to
                + (partitions.isEmpty()
                        ? ""
                        : " partitions="
                                + new TreeSet<>(partitions)
                                        .stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    /**
     * The selected partitions.
     *
     * @throws StartupException if the topic does not have one of them, or an offset is given for several
     */
    Set<Integer> partitions(TopicFacts topic) {
        Set<Integer> selected = partitions.isEmpty()
                ? IntStream.range(0, topic.partitions()).boxed().collect(Collectors.toCollection(TreeSet::new))
                : new TreeSet<>(partitions);
        for (int partition : selected) {
            if (partition < 0 || partition >= topic.partitions()) {
                throw new StartupException(
                        "--partition=" + partition,
                        "topic %s has the partitions 0 to %d".formatted(topic.name(), topic.partitions() - 1),
                        "Name one of them.");
            }
        }
        if (selected.size() > 1 && (from() instanceof Bound.Offset || to() instanceof Bound.Offset)) {
            throw new StartupException(
                    "--from=" + from + " --to=" + to,
                    "an offset belongs to one partition, and %d are selected".formatted(selected.size()),
                    "Select one with --partition, or use instants.");
        }
        return selected;
    }
}
