package io.sidetrack.ops.replay;

import io.sidetrack.common.settings.StartupException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a slice begins or ends, as an option gives it. */
sealed interface Bound {
    /** The beginning of what the topic holds. */
    record Earliest() implements Bound {}

    /** The end of the topic at the start of the replay. */
    record Latest() implements Bound {}

    /** The first record of an instant or later. */
    record At(Instant instant) implements Bound {}

    /** The first record that is at most as old as this at the start of the replay. */
    record Ago(Duration age) implements Bound {}

    /** An offset, in a slice of one partition. */
    record Offset(long offset) implements Bound {}

    /** A number with at most nine digits, so that it can be multiplied. */
    Pattern AGE = Pattern.compile("-(\\d{1,9})([smhdw])");

    Pattern OFFSET = Pattern.compile("\\d{1,18}");

    /**
     * Parses the value of an option.
     *
     * @throws StartupException if it is none of these
     */
    static Bound parse(String option, String text) {
        if (text.equals("earliest")) {
            return new Earliest();
        }
        if (text.equals("latest")) {
            return new Latest();
        }
        if (OFFSET.matcher(text).matches()) {
            return new Offset(Long.parseLong(text));
        }
        Matcher age = AGE.matcher(text);
        try {
            return age.matches()
                    ? new Ago(unit(age.group(2)).multipliedBy(Long.parseLong(age.group(1))))
                    : new At(Instant.ofEpochMilli(Instant.parse(text).toEpochMilli()));
        } catch (DateTimeException | ArithmeticException e) {
            throw new StartupException(
                    option + "=" + text,
                    "not a position",
                    "Use an instant such as 2026-05-01T00:00:00Z, an age such as -7d or -12h (s, m, h, d, w), an offset,"
                            + " earliest or latest.",
                    e);
        }
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }
}
