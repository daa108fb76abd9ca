package io.sidetrack.ops.audit;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how far a long reading has come, in place on a terminal. Not thread-safe. */
final class ReadingProgress {
    private static final long EVERY_NANOS = 200_000_000L;

    private final boolean shown;
    private final PrintWriter out;
    private final LongSupplier nanoClock;
    private final long total;
    private final long startNanos;
    private long lastNanos;
    private long before;

    /**
     * @param shown whether anything is shown at all
     * @param total offsets to read, of all topics
     */
    ReadingProgress(boolean shown, PrintWriter out, LongSupplier nanoClock, long total) {
        this.shown = shown;
        this.out = out;
        this.nanoClock = nanoClock;
        this.total = total;
        this.startNanos = nanoClock.getAsLong();
        this.lastNanos = startNanos - EVERY_NANOS;
    }

    /** A part is done; the next counts from 0 again. */
    void next(long partsTotal) {
        before += partsTotal;
    }

    /** @param passed offsets of the part that is being read */
    void update(String what, long passed) {
        long now = nanoClock.getAsLong();
        if (!shown || now - lastNanos < EVERY_NANOS) {
            return;
        }
        lastNanos = now;
        long done = before + passed;
        double perSecond = done / Math.max(1e-3, (now - startNanos) / 1e9);
        out.printf(
                Locale.ROOT,
                "\rreading %s: %,d of %,d (%d %%), %,.0f/s, %s left\u001b[K",
                what,
                done,
                total,
                total == 0 ? 100 : done * 100 / total,
                perSecond,
                perSecond < 1 ? "?" : time((total - done) / perSecond));
        out.flush();
    }

    /** Takes the line away. */
    void end() {
        if (shown) {
            out.printf("\r\u001b[K");
            out.flush();
        }
    }

    private static String time(double seconds) {
        long s = Math.round(seconds);
        return s >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
    }
}
