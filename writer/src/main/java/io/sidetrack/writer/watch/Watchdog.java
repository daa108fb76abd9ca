package io.sidetrack.writer.watch;

import io.sidetrack.writer.buffer.Activity;
import io.sidetrack.writer.hold.Hold;
import io.sidetrack.writer.hold.Hold.PausedByOperator;
import io.sidetrack.writer.hold.Hold.Stopping;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Detects a stall: records wait, none finishes, and nothing outside the writer fails, so a restart would help. An outage is
 * not a stall (W4): while calls to the table, the dead-letter topic or the parked topic fail or have no response, a restart
 * changes nothing. Neither is a wait that an operator has requested, by a pause or by a write budget.
 *
 * <p>Not thread-safe: one thread takes all samples. Time without samples, because the process was frozen, does not count.
 */
public final class Watchdog {
    /** If two samples are further apart than the limit divided by this, the watchdog itself did not run. */
    private static final int SAMPLES_IN_LIMIT = 2;

    private final long limitNanos;
    private final long maxWriteNanos;

    private boolean started;
    private long sampledNanos;
    /** The time since which all samples have shown a stall. */
    private long sinceNanos;

    private long finished;
    private long failures;

    /**
     * The state of the writer at one moment.
     *
     * @param recordsWait whether records were accepted and not finished, or polled and not accepted
     */
    public record Sample(Activity activity, boolean recordsWait, List<Hold> holds) {}

    /**
     * @param limit the length of a stall before it is reported
     * @param maxWriteTime the longest time until a batch has its outcome; a batch in flight for longer than that does
     *     not rule out a stall, because every batch has its outcome by then
     */
    public Watchdog(Duration limit, Duration maxWriteTime) {
        this.limitNanos = limit.toNanos();
        this.maxWriteNanos = maxWriteTime.toNanos();
    }

    /** Adds a sample, several times within the limit. @return the description of a stall that has lasted for the limit */
    public Optional<String> check(Sample sample, long nowNanos) {
        boolean missedSamples = started && nowNanos - sampledNanos > limitNanos / SAMPLES_IN_LIMIT;
        if (!started || missedSamples || isExcused(sample, nowNanos)) {
            sinceNanos = nowNanos;
        }
        started = true;
        sampledNanos = nowNanos;
        finished = sample.activity.finished();
        failures = sample.activity.failures();
        long lasts = nowNanos - sinceNanos;
        return lasts > limitNanos ? Optional.of(describe(sample, lasts)) : Optional.empty();
    }

    private boolean isExcused(Sample sample, long nowNanos) {
        Activity activity = sample.activity;
        boolean awaitsResponse = activity.recordsSent() > 0
                || (activity.oldestCallNanos() > 0 && activity.oldestCallNanos() <= maxWriteNanos);
        boolean awaitsTime = activity.resumesNanos() != Long.MAX_VALUE && activity.resumesNanos() > nowNanos;
        boolean awaitsOperator =
                sample.holds.stream().anyMatch(hold -> hold instanceof PausedByOperator || hold instanceof Stopping);
        return !sample.recordsWait
                || activity.finished() != finished
                || activity.failures() != failures
                || awaitsResponse
                || awaitsTime
                || awaitsOperator;
    }

    private static String describe(Sample sample, long lastsNanos) {
        String holds = sample.holds.stream()
                .map(hold -> hold.code() + " (" + hold.owner() + ")")
                .collect(Collectors.joining(", "));
        return "records wait, but none has finished for %d s, and neither the table nor a topic has failed; holds: %s"
                .formatted(Duration.ofNanos(lastsNanos).toSeconds(), holds.isEmpty() ? "none" : holds);
    }
}
