package io.sidetrack.ops.letters;

import io.sidetrack.common.settings.StartupException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which dead letters are meant; all, unless told otherwise. */
final class LetterFilter {
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

    boolean matches(Letter letter) {
        long timestamp = letter.record().timestamp();
        return (reason == null || reason.equals(letter.reason()))
                && (since == null || timestamp >= since.toEpochMilli())
                && (until == null || timestamp < until.toEpochMilli())
                && (offsets == null || isWithin(letter));
    }

    private boolean isWithin(Letter letter) {
        Matcher range = OFFSETS.matcher(offsets);
        if (!range.matches()) {
            throw new StartupException(
                    "--offsets=" + offsets, "not valid", "Write partition and offsets, such as 0:17 or 0:100-250.");
        }
        long first = Long.parseLong(range.group(2));
        long last = range.group(3) == null ? first : Long.parseLong(range.group(3));
        return letter.record().partition() == Integer.parseInt(range.group(1))
                && letter.record().offset() >= first
                && letter.record().offset() <= last;
    }
}
