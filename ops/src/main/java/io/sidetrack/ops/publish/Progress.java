package io.sidetrack.ops.publish;

import io.sidetrack.ops.DurationText;
import io.sidetrack.ops.ProgressLine;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how much of a file has been published. Not thread-safe. */
final class Progress {
    private static final int BAR_WIDTH = 24;
    private static final long PLAIN_INTERVAL_NANOS = 1_000_000_000L;

    private final Style style;
    private final PrintWriter out;
    private final LongSupplier nanoClock;
    private final ProgressLine line;
    private final long startNanos;
    private long printedNanos;

    /** How to show it. */
    enum Style {
        /** In place, on a terminal. */
        BAR,
        /** A line a second, for another program. */
        PLAIN,
        /** Not at all. */
        NONE;

        /** As users write it, and as completion proposes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Progress(Style style, PrintWriter out, LongSupplier nanoClock) {
        this.style = style;
        this.out = out;
        this.nanoClock = nanoClock;
        this.line = new ProgressLine(out, nanoClock);
        this.startNanos = nanoClock.getAsLong();
        this.printedNanos = startNanos;
    }

    /**
     * Shows the progress, unless it was shown a moment ago.
     *
     * @param lines that are acknowledged
     * @param bytes of the file that were read
     * @param totalBytes of the file; 0 if that is unknown
     */
    void update(long lines, long bytes, long totalBytes) {
        if (style == Style.BAR) {
            line.update(() -> bar(lines, bytes, totalBytes));
        } else if (style == Style.PLAIN && nanoClock.getAsLong() - printedNanos >= PLAIN_INTERVAL_NANOS) {
            printedNanos = nanoClock.getAsLong();
            print(lines, bytes, totalBytes);
        }
    }

    /** Shows the final state; a bar only if it was shown before. */
    void end(long lines, long bytes, long totalBytes) {
        if (style == Style.BAR) {
            line.end(() -> bar(lines, bytes, totalBytes));
        } else if (style == Style.PLAIN) {
            print(lines, bytes, totalBytes);
        }
    }

    private void print(long lines, long bytes, long totalBytes) {
        out.println("published " + text(lines, bytes, totalBytes));
        out.flush();
    }

    private String bar(long lines, long bytes, long totalBytes) {
        int filled = (int) (share(bytes, totalBytes) * BAR_WIDTH);
        return "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "] " + text(lines, bytes, totalBytes);
    }

    private static double share(long bytes, long totalBytes) {
        return totalBytes == 0 ? 0 : Math.min(1, (double) bytes / totalBytes);
    }

    private String text(long lines, long bytes, long totalBytes) {
        double seconds = Math.max(1e-3, (nanoClock.getAsLong() - startNanos) / 1e9);
        double share = share(bytes, totalBytes);
        return String.format(
                Locale.ROOT,
                "%,d lines, %,.0f/s, %s, %s left",
                lines,
                lines / seconds,
                totalBytes == 0 ? "of unknown" : String.format(Locale.ROOT, "%.1f %%", share * 100),
                share == 0 ? "?" : DurationText.of(seconds / share - seconds));
    }
}
