package io.sidetrack.ops.publish;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how far a file has come: in place on a terminal, or a line a second, or not at all. */
final class Progress {
    private static final int WIDTH = 24;
    private static final long BAR_EVERY_NANOS = 200_000_000L;
    private static final long LINE_EVERY_NANOS = 1_000_000_000L;

    private final Style style;
    private final PrintWriter out;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private long shownNanos;
    private boolean shown;

    /** How to show it. */
    enum Style {
        /** In place, on a terminal. */
        BAR,
        /** A line a second, for another program. */
        PLAIN,
        /** Not at all. */
        NONE
    }

    Progress(Style style, PrintWriter out, LongSupplier nanoClock) {
        this.style = style;
        this.out = out;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.shownNanos = startNanos;
    }

    /** Shows the progress, if it is time to. */
    void update(long lines, long bytes, long totalBytes) {
        long now = nanoClock.getAsLong();
        if (style != Style.NONE && now - shownNanos >= (style == Style.BAR ? BAR_EVERY_NANOS : LINE_EVERY_NANOS)) {
            shownNanos = now;
            show(lines, bytes, totalBytes);
        }
    }

    /** Shows where it ended. */
    void end(long lines, long bytes, long totalBytes) {
        if (style == Style.PLAIN || (style == Style.BAR && shown)) {
            show(lines, bytes, totalBytes);
        }
        if (style == Style.BAR && shown) {
            out.println();
            out.flush();
        }
    }

    private void show(long lines, long bytes, long totalBytes) {
        double seconds = Math.max(1e-3, (nanoClock.getAsLong() - startNanos) / 1e9);
        double done = totalBytes == 0 ? 0 : Math.min(1, (double) bytes / totalBytes);
        String left = done == 0 ? "?" : duration(seconds / done - seconds);
        String text = String.format(
                Locale.ROOT,
                "%,d lines, %,.0f/s, %s, %s left",
                lines,
                lines / seconds,
                totalBytes == 0 ? "of unknown" : String.format(Locale.ROOT, "%.1f %%", done * 100),
                left);
        if (style == Style.PLAIN) {
            out.println("published " + text);
        } else {
            int filled = (int) (done * WIDTH);
            out.printf("\r[%s%s] %s\u001b[K", "#".repeat(filled), "-".repeat(WIDTH - filled), text);
            shown = true;
        }
        out.flush();
    }

    static String duration(double seconds) {
        long s = Math.round(seconds);
        return s >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
    }
}
