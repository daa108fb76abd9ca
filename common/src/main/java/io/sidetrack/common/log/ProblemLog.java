package io.sidetrack.common.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs a problem when it begins, then counts it, with a reminder now and then, and says when it is over. Thread-safe;
 * the kinds of problem must be few, because each that is not over is remembered.
 */
public final class ProblemLog {
    private final Logger log;
    private final LongSupplier nanoClock;
    private final long reminderNanos;
    private final Map<String, Problem> open = new HashMap<>();

    /** How often a problem was seen since its first log line, and when it was last logged. */
    private record Problem(long firstNanos, long loggedNanos, long count) {}

    /**
     * @param nanoClock {@code System::nanoTime}, or a test's clock
     * @param reminder how long a problem is only counted before it is logged again
     */
    public ProblemLog(Logger log, LongSupplier nanoClock, Duration reminder) {
        this.log = log;
        this.nanoClock = nanoClock;
        this.reminderNanos = reminder.toNanos();
    }

    /**
     * Reports one occurrence.
     *
     * @param kind what makes two occurrences the same problem
     * @param message what to log if this one is logged; says what, where and what to do, never a record's value
     */
    public synchronized void report(String kind, String message) {
        long now = nanoClock.getAsLong();
        Problem problem = open.get(kind);
        if (problem == null) {
            log.warn("{}", message);
            open.put(kind, new Problem(now, now, 1));
        } else if (now - problem.loggedNanos >= reminderNanos) {
            log.warn(
                    "{} ({} times in {} s)",
                    message,
                    problem.count + 1,
                    Duration.ofNanos(now - problem.firstNanos).toSeconds());
            open.put(kind, new Problem(problem.firstNanos, now, problem.count + 1));
        } else {
            open.put(kind, new Problem(problem.firstNanos, problem.loggedNanos, problem.count + 1));
        }
    }

    /** Says that a problem is over, if it was reported. */
    public synchronized void over(String kind) {
        Problem problem = open.remove(kind);
        if (problem != null) {
            log.info(
                    "over after {} s: {} ({} times)",
                    Duration.ofNanos(nanoClock.getAsLong() - problem.firstNanos).toSeconds(),
                    kind,
                    problem.count);
        }
    }
}
