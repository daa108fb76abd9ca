package io.sidetrack.ops.deadletter;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which dead letters are meant; all, unless told otherwise. */
final class DeadLetterFilter {
    private static final Pattern OFFSETS = Pattern.compile("(\\d{1,9}):(\\d{1,18})(?:-(\\d{1,18}))?");

    @Option(names = "--reason", paramLabel = "CODE", description = "Only those of this reason, such as not-json.")
    private String reason;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "Only those that came at this instant or later, such as 2026-05-01T00:00:00Z.")
    private Instant since;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Only those that came before this instant.")
    private Instant until;

    @Option(
            names = "--offsets",
            paramLabel = "PARTITION:FROM[-TO]",
            description = "Only these offsets of the dead-letter topic, such as 0:17 or 0:100-250.")
    private String offsets;

    /** All letters. */
    DeadLetterFilter() {}

    /** One letter. */
    DeadLetterFilter(ReplayMark place) {
        offsets = place.partition() + ":" + place.offset();
    }

    /** Whether a letter of the offsets that are meant is meant itself. */
    boolean matches(DeadLetter letter) {
        long timestamp = letter.record().timestamp();
        return (reason == null || reason.equals(letter.reason()))
                && (since == null || timestamp >= since.toEpochMilli())
                && (until == null || timestamp < until.toEpochMilli());
    }

    /**
     * The part of a partition that is meant.
     *
     * @throws StartupException if {@code --offsets} is not valid
     */
    OffsetRange within(int partition, OffsetRange span) {
        if (offsets == null) {
            return span;
        }
        Matcher range = OFFSETS.matcher(offsets);
        if (!range.matches()) {
            throw new StartupException(
                    "--offsets=" + offsets, "not valid", "Write partition and offsets, such as 0:17 or 0:100-250.");
        }
        long first = Long.parseLong(range.group(2));
        long last = range.group(3) == null ? first : Long.parseLong(range.group(3));
        return partition == Integer.parseInt(range.group(1))
                ? new OffsetRange(Math.max(span.start(), first), Math.min(span.end(), last + 1))
                : new OffsetRange(span.end(), span.end());
    }
}
