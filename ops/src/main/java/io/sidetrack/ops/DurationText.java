package io.sidetrack.ops;

import java.util.Locale;

/** Durations as progress shows them. */
public final class DurationText {
    private static final int HOUR = 3_600;
    private static final int DAY = 24 * HOUR;

    private DurationText() {}

    /** Minutes and seconds, such as {@code 2:25}; with hours, such as {@code 1:02:03}; or days, from two days on. */
    public static String of(double seconds) {
        if (seconds >= 2 * DAY) {
            return String.format(Locale.ROOT, "%.1f days", seconds / DAY);
        }
        long s = Math.round(seconds);
        return s >= HOUR
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / HOUR, s / 60 % 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
    }
}
