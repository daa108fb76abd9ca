package io.sidetrack.sandbox;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a long run shows: one line in place on a terminal, a line every five seconds when it is piped. Not thread-safe. */
public final class Screen {
    private static final long PLAIN_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintStream out;
    private final boolean inPlace;
    private final boolean quiet;
    private long shownNanos = System.nanoTime() - PLAIN_EVERY_NANOS;
    private boolean open;

    /** Shows the state of things on a terminal, and now and then when it is piped. */
    public Screen(PrintStream out) {
        this(out, false);
    }

    private Screen(PrintStream out, boolean quietWhenPiped) {
        this.out = out;
        this.quiet = quietWhenPiped;
        this.inPlace =
                Optional.ofNullable(System.console()).filter(Screen::isTerminal).isPresent();
    }

    /** Shows the state of things on a terminal only, so that what is piped is nothing but results. */
    public static Screen ofResults(PrintStream out) {
        return new Screen(out, true);
    }

    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** A line that stays. */
    public void say(String line) {
        if (open) {
            out.println();
            open = false;
        }
        out.println(line);
        out.flush();
    }

    /** The state of things; replaced by the next. */
    public void show(String line) {
        if (inPlace) {
            out.print("\r" + line + "\u001b[K");
            out.flush();
            open = true;
        } else if (!quiet && System.nanoTime() - shownNanos >= PLAIN_EVERY_NANOS) {
            shownNanos = System.nanoTime();
            out.println(line);
            out.flush();
        }
    }

    /** A progress line: done, total, rate, time left. */
    public static String progress(String what, long done, long total, double perSecond) {
        String left = perSecond < 1e-9 ? "?" : time((total - done) / perSecond);
        return String.format(
                Locale.ROOT,
                "%s %,d of %,d (%d %%), %,.0f/s, %s left",
                what,
                done,
                total,
                total == 0 ? 100 : done * 100 / total,
                perSecond,
                left);
    }

    /** Minutes and seconds, or hours, or days. */
    public static String time(double seconds) {
        if (seconds >= 2 * 86_400) {
            return String.format(Locale.ROOT, "%.1f days", seconds / 86_400);
        }
        if (seconds >= 3600) {
            return String.format(Locale.ROOT, "%.1f hours", seconds / 3600);
        }
        long s = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
    }
}
