package io.sidetrack.ops;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A line on a terminal that is rewritten while a command works. Work that takes less than {@value #INTERVAL_MS} ms shows
 * nothing. Not thread-safe.
 */
public final class ProgressLine {
    private static final long INTERVAL_MS = 200;
    /** A line that wraps could not be rewritten: the cursor returns to the start of its last row only. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final String ERASE_REST = "\u001b[K";

    private final PrintWriter out;
    private final LongSupplier nanoClock;
    private long shownNanos;
    private boolean shown;

    /**
     * A line that is not shown yet.
     *
     * @param out a terminal
     */
    public ProgressLine(PrintWriter out, LongSupplier nanoClock) {
        this.out = out;
        this.nanoClock = nanoClock;
        this.shownNanos = nanoClock.getAsLong();
    }

    /** Rewrites the line, unless it was rewritten a moment ago. */
    public void update(Supplier<String> text) {
        long now = nanoClock.getAsLong();
        if (now - shownNanos >= INTERVAL_MS * 1_000_000) {
            shownNanos = now;
            show(text.get());
        }
    }

    private void show(String text) {
        shown = true;
        out.printf("\r" + NO_WRAP + "%s" + ERASE_REST + WRAP, text);
        out.flush();
    }

    /** Rewrites the line for the last time, and leaves it there. Does nothing if it was never shown. */
    public void end(Supplier<String> text) {
        if (shown) {
            show(text.get());
            out.println();
            out.flush();
        }
    }

    /** Removes the line. */
    public void clear() {
        if (shown) {
            shown = false;
            out.printf("\r" + ERASE_REST);
            out.flush();
        }
    }
}
