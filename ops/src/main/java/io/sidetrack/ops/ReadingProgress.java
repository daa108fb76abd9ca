package io.sidetrack.ops;

import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Shows how much of several topics, one after the other, has been read. Not thread-safe. */
public final class ReadingProgress {
    private final Optional<ProgressLine> line;
    private final LongSupplier nanoClock;
    private final long total;
    private final long startNanos;
    /** The number of offsets that were read before this progress began, and do not count for the rate. */
    private final long earlier;

    private long before;

    /**
     * Progress before anything has been read.
     *
     * @param line where to show it; empty to show nothing
     * @param total offsets to read, of all topics
     */
    public ReadingProgress(Optional<ProgressLine> line, LongSupplier nanoClock, long total) {
        this(line, nanoClock, total, 0);
    }

    /**
     * Progress of what another process has begun.
     *
     * @param line where to show it; empty to show nothing
     * @param total offsets to read, of all topics
     * @param earlier the number of offsets that have been read before
     */
    public ReadingProgress(Optional<ProgressLine> line, LongSupplier nanoClock, long total, long earlier) {
        this.earlier = earlier;
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
    public void next(long offsets) {
        before += offsets;
    }

    /**
     * Shows the progress.
     *
     * @param what what is being done, such as {@code reading orders}
     * @param read the number of offsets of this part that have been read
     */
    public void update(String what, long read) {
        line.ifPresent(shown -> shown.update(() -> text(what, before + read)));
    }

    private String text(String what, long done) {
        double perSecond = (done - earlier) / Math.max(1e-3, (nanoClock.getAsLong() - startNanos) / 1e9);
        return String.format(
                Locale.ROOT,
                "%s: %,d of %,d (%d %%), %,.0f/s, %s left",
                what,
                done,
                total,
                total == 0 ? 100 : done * 100 / total,
                perSecond,
                perSecond < 1 ? "?" : DurationText.of((total - done) / perSecond));
    }

    /** Removes what is shown. */
    public void end() {
        line.ifPresent(ProgressLine::clear);
    }
}
