package io.sidetrack.common.log;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs a problem when it begins, counts its occurrences, logs a reminder at intervals, and logs its end. A problem ends when it
 * has not occurred for a quiet period: while successes and failures alternate, it is still the same problem. Thread-safe.
 *
 * <pre>
 *            report: WARN               report: count, remind at intervals
 *   (none) ───────────────▶ open ─────────────────────────────────────────▶ open
 *     ▲                      │
 *     └──────────────────────┘  nothing reported for the quiet period, noticed by
 *            INFO               tick(), over(), or the next report()
 * </pre>
 */
public final class ProblemLog {
    /** The number of kinds that are distinguished at a time. Problems of further kinds are counted together. */
    static final int MOST_KINDS = 100;

    private static final String OTHER_KINDS = "problems of other kinds";

    private final Logger log;
    private final LongSupplier nanoClock;
    private final long reminderNanos;
    private final long quietNanos;
    /** By kind; at most one more than {@link #MOST_KINDS}; guarded by this. */
    private final Map<String, Problem> open = new LinkedHashMap<>();
    /** Whether {@link #open} has entries; lets a success return without a lock. */
    private volatile boolean anyOpen;

    /**
     * An open problem.
     *
     * @param firstNanos the time of the first occurrence
     * @param lastNanos the time of the last occurrence
     * @param loggedNanos the time of the last log line
     * @param count the number of occurrences
     */
    private record Problem(long firstNanos, long lastNanos, long loggedNanos, long count) {
        String times() {
            return count == 1
                    ? "1 time"
                    : "%d times in %d s"
                            .formatted(
                                    count,
                                    Duration.ofNanos(lastNanos - firstNanos).toSeconds());
        }
    }

    /** Uses the reminder interval as the quiet period as well. */
    public ProblemLog(Logger log, LongSupplier nanoClock, Duration reminder) {
        this(log, nanoClock, reminder, reminder);
    }

    /**
     * @param nanoClock {@code System::nanoTime}, or a test's clock
     * @param reminder the interval between two log lines of a problem
     * @param quiet how long a problem must not occur before it ends
     */
    public ProblemLog(Logger log, LongSupplier nanoClock, Duration reminder, Duration quiet) {
        this.log = log;
        this.nanoClock = nanoClock;
        this.reminderNanos = reminder.toNanos();
        this.quietNanos = quiet.toNanos();
    }

    /**
     * Reports one occurrence.
     *
     * @param kind identifies the problem: occurrences of the same kind belong together
     * @param message the text if this occurrence is logged: what happened, where, and what to do; never a record's value
     */
    public synchronized void report(String kind, String message) {
        tick();
        long now = nanoClock.getAsLong();
        String known = open.containsKey(kind) || open.size() < MOST_KINDS ? kind : OTHER_KINDS;
        Problem problem = open.get(known);
        if (problem == null) {
            log.warn("{}", message);
            open.put(known, new Problem(now, now, now, 1));
            anyOpen = true;
            return;
        }
        boolean reminds = now - problem.loggedNanos >= reminderNanos;
        Problem next = new Problem(problem.firstNanos, now, reminds ? now : problem.loggedNanos, problem.count + 1);
        if (reminds) {
            log.warn("{} ({})", message, next.times());
        }
        open.put(known, next);
    }

    /** Reports a success, which ends the problem if its quiet period is over. Costs nothing if no problem is open. */
    public void over(String kind) {
        if (anyOpen) {
            endIfQuiet(kind);
        }
    }

    private synchronized void endIfQuiet(String kind) {
        Problem problem = open.get(kind);
        if (problem != null && isQuiet(problem)) {
            open.remove(kind);
            anyOpen = !open.isEmpty();
            logEnd(kind, problem);
        }
    }

    /** Ends the problems whose quiet period is over. Must be called regularly, because nothing else ends them. */
    public synchronized void tick() {
        for (Iterator<Map.Entry<String, Problem>> all = open.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Problem> entry = all.next();
            if (isQuiet(entry.getValue())) {
                all.remove();
                logEnd(entry.getKey(), entry.getValue());
            }
        }
        anyOpen = !open.isEmpty();
    }

    private boolean isQuiet(Problem problem) {
        return nanoClock.getAsLong() - problem.lastNanos >= quietNanos;
    }

    private void logEnd(String kind, Problem problem) {
        log.info("ended: {} ({})", kind, problem.times());
    }

    synchronized int size() {
        return open.size();
    }
}
