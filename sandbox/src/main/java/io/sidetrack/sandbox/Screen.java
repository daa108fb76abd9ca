package io.sidetrack.sandbox;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The console output of a long run: results, which stay, and a status line. On a terminal the status is updated in place;
 * otherwise it is printed every five seconds. Not thread-safe.
 */
public final class Screen {
    private static final long PRINT_INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintStream out;
    private final boolean inPlace;
    private final boolean quiet;
    private long statusNanos = System.nanoTime() - PRINT_INTERVAL_NANOS;
    private boolean open;

    /** Shows the status on a terminal, and prints it every five seconds otherwise. */
    public Screen(PrintStream out) {
        this(out, false);
    }

    private Screen(PrintStream out, boolean quietWhenPiped) {
        this.out = out;
        this.quiet = quietWhenPiped;
        this.inPlace =
                Optional.ofNullable(System.console()).filter(Screen::isTerminal).isPresent();
    }

    /** Shows the status on a terminal only, so that piped output consists of results. */
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

    /** Prints a line that stays. */
    public void print(String line) {
        if (open) {
            out.println();
            open = false;
        }
        out.println(line);
        out.flush();
    }

    /** Shows the status in place of the previous one. */
    public void status(String line) {
        if (inPlace) {
            out.print("\r" + line + "\u001b[K");
            out.flush();
            open = true;
        } else if (!quiet && System.nanoTime() - statusNanos >= PRINT_INTERVAL_NANOS) {
            statusNanos = System.nanoTime();
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

    /** A time in minutes and seconds, in hours, or in days, depending on its length. */
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
