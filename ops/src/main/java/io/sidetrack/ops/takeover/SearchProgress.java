package io.sidetrack.ops.takeover;

import io.sidetrack.ops.cluster.UnreadSearch;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows in place how far a search has come. For one search. */
final class SearchProgress implements UnreadSearch.Progress {
    private static final long EVERY_NANOS = 200_000_000L;

    private final PrintWriter out;
    private final String topic;
    private final LongSupplier nanoClock;
    private long shownNanos;
    private boolean shown;

    /** @param out a terminal */
    SearchProgress(PrintWriter out, String topic, LongSupplier nanoClock) {
        this.out = out;
        this.topic = topic;
        this.nanoClock = nanoClock;
        this.shownNanos = nanoClock.getAsLong();
    }

    @Override
    public void searched(long offsets, long total) {
        long now = nanoClock.getAsLong();
        if (now - shownNanos >= EVERY_NANOS) {
            shownNanos = now;
            shown = true;
            out.printf(Locale.ROOT, "\r%s: no record in %,d of %,d offsets so far\u001b[K", topic, offsets, total);
            out.flush();
        }
    }

    /** Removes the line. */
    void end() {
        if (shown) {
            out.printf("\r\u001b[K");
            out.flush();
        }
    }
}
