package io.sidetrack.ops.audit;

import io.sidetrack.ops.DurationText;
import io.sidetrack.ops.ProgressLine;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Shows how much of several topics, one after the other, has been read. Not thread-safe. */
final class ReadingProgress {
    private final Optional<ProgressLine> line;
    private final LongSupplier nanoClock;
    private final long total;
    private final long startNanos;
    private long before;

    /**
     * Progress before anything has been read.
     *
     * @param line where to show it; empty to show nothing
     * @param total offsets to read, of all topics
     */
    ReadingProgress(Optional<ProgressLine> line, LongSupplier nanoClock, long total) {
        this.line = line;
        this.nanoClock = nanoClock;
        this.total = total;
        this.startNanos = nanoClock.getAsLong();
    }

    /**
     * Begins the next part.
     *
     * @param offsets the number of offsets in the part that has been read
     */
    void next(long offsets) {
        before += offsets;
    }

    /**
     * Shows the progress.
     *
     * @param what the name of the part that is being read
     * @param read the number of offsets of this part that have been read
     */
    void update(String what, long read) {
        line.ifPresent(shown -> shown.update(() -> text(what, before + read)));
    }

    private String text(String what, long done) {
        double perSecond = done / Math.max(1e-3, (nanoClock.getAsLong() - startNanos) / 1e9);
        return String.format(
                Locale.ROOT,
                "reading %s: %,d of %,d (%d %%), %,.0f/s, %s left",
                what,
                done,
                total,
                total == 0 ? 100 : done * 100 / total,
                perSecond,
                perSecond < 1 ? "?" : DurationText.of((total - done) / perSecond));
    }

    /** Removes what is shown. */
    void end() {
        line.ifPresent(ProgressLine::clear);
    }
}
