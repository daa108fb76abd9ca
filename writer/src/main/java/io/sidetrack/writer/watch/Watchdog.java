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
 * Decides whether the writer stands still: records wait, nothing finishes, and nothing outside is to blame, so a restart
 * would help. An outage is not a standstill (W4): while calls to the table or to the dead-letter topic fail or are
 * unanswered, a restart changes nothing. Neither is a wait that an operator asked for, by a pause or by a write budget.
 *
 * <p>Not thread-safe: one thread takes all samples. Time in which no sample was taken, because the process stood still,
 * does not count.
 */
public final class Watchdog {
    /** Samples that are further apart than this share of the limit show that the watchdog itself did not run. */
    private static final int SAMPLES_IN_LIMIT = 2;

    private final long limitNanos;
    private final long longestAnswerNanos;

    private boolean started;
    private long sampledNanos;
    /** Since when all samples have shown a standstill. */
    private long sinceNanos;

    private long finished;
    private long failures;

    /**
     * What was seen at one moment.
     *
     * @param recordsWait whether records were taken in and not finished, or polled and not taken in
     */
    public record Sample(Activity activity, boolean recordsWait, List<Hold> holds) {}

    /**
     * @param limit how long a standstill lasts before it is reported
     * @param longestAnswer how long a call to the table may take; a call that takes longer is not excused by being in
     *     flight, because every call ends by then
     */
    public Watchdog(Duration limit, Duration longestAnswer) {
        this.limitNanos = limit.toNanos();
        this.longestAnswerNanos = longestAnswer.toNanos();
    }

    /** Takes a sample, several times within the limit. @return what stands still, once it has for the whole limit */
    public Optional<String> check(Sample sample, long nowNanos) {
        boolean sleptOver = started && nowNanos - sampledNanos > limitNanos / SAMPLES_IN_LIMIT;
        if (!started || sleptOver || isExcused(sample, nowNanos)) {
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
        boolean awaitsAnswer = activity.deadLettersSent() > 0
                || (activity.oldestCallNanos() > 0 && activity.oldestCallNanos() <= longestAnswerNanos);
        boolean awaitsTime = activity.resumesNanos() != Long.MAX_VALUE && activity.resumesNanos() > nowNanos;
        boolean awaitsOperator =
                sample.holds.stream().anyMatch(hold -> hold instanceof PausedByOperator || hold instanceof Stopping);
        return !sample.recordsWait
                || activity.finished() != finished
                || activity.failures() != failures
                || awaitsAnswer
                || awaitsTime
                || awaitsOperator;
    }

    private static String describe(Sample sample, long lastsNanos) {
        String holds = sample.holds.stream()
                .map(hold -> hold.code() + " (" + hold.owner() + ")")
                .collect(Collectors.joining(", "));
        return "records wait, but nothing has finished for %d s, and neither the table nor the dead-letter topic has failed; holds: %s"
                .formatted(Duration.ofNanos(lastsNanos).toSeconds(), holds.isEmpty() ? "none" : holds);
    }
}
