package io.sidetrack.ops.deadletter;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Options that select dead letters. By default, all are selected. */
final class DeadLetterFilter {
    private static final Pattern OFFSETS = Pattern.compile("(\\d{1,9}):(\\d{1,18})(?:-(\\d{1,18}))?");

    @Option(
            names = "--reason",
            paramLabel = "CODE",
            description = "Only dead letters with this reason, such as not-json.")
    private String reason;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "Only dead letters from this instant on, such as 2026-05-01T00:00:00Z.")
    private Instant since;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Only dead letters before this instant.")
    private Instant until;

    @Option(
            names = "--offsets",
            paramLabel = "PARTITION:FROM[-TO]",
            description = "Only these offsets of the dead-letter topic, such as 0:17 or 0:100-250.")
    private String offsets;

    /** Selects all dead letters. */
    DeadLetterFilter() {}

    /** Selects one dead letter. */
    DeadLetterFilter(ReplayMark position) {
        offsets = position.partition() + ":" + position.offset();
    }

    /** True if a dead letter at a selected offset is selected. */
    boolean matches(DeadLetter deadLetter) {
        long timestamp = deadLetter.record().timestamp();
        return (reason == null || reason.equals(deadLetter.reason()))
                && (since == null || timestamp >= since.toEpochMilli())
                && (until == null || timestamp < until.toEpochMilli());
    }

    /**
     * The selected part of a partition.
     *
     * @throws StartupException if {@code --offsets} is not valid
     */
    OffsetRange within(int partition, OffsetRange range) {
        if (offsets == null) {
            return range;
        }
        Matcher matcher = OFFSETS.matcher(offsets);
        if (!matcher.matches()) {
            throw new StartupException(
                    "--offsets=" + offsets, "not valid", "Write partition and offsets, such as 0:17 or 0:100-250.");
        }
        long first = Long.parseLong(matcher.group(2));
        long last = matcher.group(3) == null ? first : Long.parseLong(matcher.group(3));
        return partition == Integer.parseInt(matcher.group(1))
                ? new OffsetRange(Math.max(range.start(), first), Math.min(range.end(), last + 1))
                : new OffsetRange(range.end(), range.end());
    }
}
