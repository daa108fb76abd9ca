package io.sidetrack.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A horizontal axis of time.
 *
 * @param start the time of day at second 0; empty for an axis that counts from 0
 */
public record TimeAxis(Optional<Instant> start) {
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;
    private static final int DAY = 86_400;
    private static final double[] STEPS = {
        0.1,
        0.2,
        0.5,
        1,
        2,
        5,
        10,
        15,
        30,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY
    };

    /** A position on the axis, and its label. */
    record Tick(double second, String label) {}

    /** An axis that counts from 0. */
    public static TimeAxis elapsed() {
        return new TimeAxis(Optional.empty());
    }

    /** An axis with the time of day, in UTC. */
    public static TimeAxis of(Instant start) {
        return new TimeAxis(Optional.of(start));
    }

    /** The name of the axis. */
    String name() {
        return start.isPresent() ? "time (UTC)" : "time since the start";
    }

    /** Labelled positions, at most {@code most} + 1. */
    List<Tick> ticks(double from, double to, int most) {
        double least = (to - from) / most;
        // A time of day is shown in whole seconds.
        double step = step(start.isPresent() ? Math.max(1, least) : least);
        // Round times of day, not round distances from the start.
        double origin = start.map(at -> (double) (at.getEpochSecond() % DAY) + at.getNano() / 1e9)
                .orElse(0.0);
        List<Tick> ticks = new ArrayList<>();
        double first = Math.ceil((origin + from) / step - 1e-9);
        for (double i = first; i * step - origin <= to + step * 1e-6; i++) {
            double second = i * step - origin;
            ticks.add(new Tick(second, label(second, step, to)));
        }
        return ticks;
    }

    private static double step(double least) {
        for (double step : STEPS) {
            if (step >= least) {
                return step;
            }
        }
        return Ticks.nice(least / DAY) * DAY;
    }

    private String label(double second, double step, double to) {
        if (start.isPresent()) {
            String pattern = step >= DAY ? "d MMM" : to > DAY ? "d MMM HH:mm" : step < MINUTE ? "HH:mm:ss" : "HH:mm";
            return at(second).format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT));
        }
        if (step >= DAY) {
            return Numbers.text(second / DAY) + " d";
        }
        if (step >= HOUR) {
            return Numbers.text(second / HOUR) + " h";
        }
        if (step >= MINUTE) {
            return Numbers.text(second / MINUTE) + " min";
        }
        return to <= 2 * MINUTE ? Numbers.text(second) + " s" : clock(Math.round(second));
    }

    /** One time, as it is shown in a table. */
    String text(double second, double last) {
        if (start.isPresent()) {
            return at(second)
                    .format(DateTimeFormatter.ofPattern(last > DAY ? "d MMM HH:mm:ss" : "HH:mm:ss", Locale.ROOT));
        }
        if (last > 2 * DAY) {
            return String.format(Locale.ROOT, "%.2f d", second / DAY);
        }
        return last <= 2 * MINUTE ? String.format(Locale.ROOT, "%.1f s", second) : clock(Math.round(second));
    }

    private ZonedDateTime at(double second) {
        // Half a millisecond more, so that a whole second does not become the one before it.
        return start.orElseThrow().plusNanos(Math.round(second * 1e9) + 500_000).atZone(ZoneOffset.UTC);
    }

    private static String clock(long s) {
        return s >= HOUR
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / HOUR, s / MINUTE % 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d", s / MINUTE, s % 60);
    }
}
