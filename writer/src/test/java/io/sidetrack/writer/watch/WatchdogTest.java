package io.sidetrack.writer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.Activity;
import io.sidetrack.writer.hold.Hold;
import io.sidetrack.writer.hold.Hold.PausedByOperator;
import io.sidetrack.writer.hold.Hold.Stopping;
import io.sidetrack.writer.hold.Hold.WaitingForCommit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** A stall is reported after the limit; an outage or a requested wait is never reported as one. */
class WatchdogTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Activity IDLE = new Activity(7, 3, 0, 0, Long.MAX_VALUE);
    private static final List<Hold> COMMIT = List.of(new WaitingForCommit("thread-1"));

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(60), Duration.ofSeconds(10));
    private long nowNanos = Long.MAX_VALUE - 1000 * SECOND;

    /** Takes a sample each second. @return the result of the last one */
    private Optional<String> samples(int seconds, LongFunction<Watchdog.Sample> sample) {
        Optional<String> found = Optional.empty();
        for (int i = 0; i < seconds; i++) {
            found = watchdog.check(sample.apply(nowNanos), nowNanos);
            nowNanos += SECOND;
        }
        return found;
    }

    private static Watchdog.Sample waiting(Activity activity, List<Hold> holds) {
        return new Watchdog.Sample(activity, true, holds);
    }

    @Test
    void stallIsReportedAfterTheLimitWithTheActiveHold() {
        assertThat(samples(61, now -> waiting(IDLE, COMMIT))).isEmpty();
        assertThat(samples(1, now -> waiting(IDLE, COMMIT)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("waiting-for-commit (thread-1)"));
    }

    @Test
    void reportEndsWithTheFirstRecordThatFinishes() {
        assertThat(samples(100, now -> waiting(IDLE, COMMIT))).isPresent();
        assertThat(samples(1, now -> waiting(new Activity(8, 3, 0, 0, Long.MAX_VALUE), List.of())))
                .isEmpty();
    }

    @Test
    void nothingIsReportedWhileNothingWaits() {
        assertThat(samples(1000, now -> new Watchdog.Sample(IDLE, false, COMMIT)))
                .isEmpty();
    }

    @Test
    void outageIsNotAStall() {
        // One failure every 50 seconds, as with a long retry delay.
        assertThat(samples(1000, now -> waiting(new Activity(7, now / SECOND / 50, 0, 0, Long.MAX_VALUE), COMMIT)))
                .isEmpty();
    }

    @Test
    void callInFlightIsAnExcuseUntilItShouldHaveEnded() {
        assertThat(samples(1000, now -> waiting(new Activity(7, 3, 9 * SECOND, 0, Long.MAX_VALUE), COMMIT)))
                .isEmpty();
        assertThat(samples(100, now -> waiting(new Activity(7, 3, 11 * SECOND, 0, Long.MAX_VALUE), COMMIT)))
                .as("a call that never ends is a defect of the writer")
                .isPresent();
    }

    @Test
    void deadLetterInFlightIsAnExcuse() {
        assertThat(samples(1000, now -> waiting(new Activity(7, 3, 0, 1, Long.MAX_VALUE), COMMIT)))
                .isEmpty();
    }

    @Test
    void waitForTheBudgetIsAnExcuseUntilItEnds() {
        assertThat(samples(1000, now -> waiting(new Activity(7, 3, 0, 0, now + SECOND), COMMIT)))
                .isEmpty();
        long opened = nowNanos;
        assertThat(samples(100, now -> waiting(new Activity(7, 3, 0, 0, opened), COMMIT)))
                .as("nothing is sent although the budget allows it")
                .isPresent();
    }

    @Test
    void pauseAndShutdownAreExcuses() {
        assertThat(samples(1000, now -> waiting(IDLE, List.of(new PausedByOperator()))))
                .isEmpty();
        assertThat(samples(1000, now -> waiting(IDLE, List.of(new Stopping())))).isEmpty();
    }

    @Test
    void timeInWhichTheProcessWasFrozenDoesNotCount() {
        assertThat(samples(50, now -> waiting(IDLE, COMMIT))).isEmpty();
        nowNanos += 3600 * SECOND;
        assertThat(samples(50, now -> waiting(IDLE, COMMIT))).isEmpty();
        assertThat(samples(12, now -> waiting(IDLE, COMMIT))).isPresent();
    }

    @Test
    void shortestLimitWorksWithTheIntervalOfTheSamples() {
        Watchdog shortest = new Watchdog(Duration.ofSeconds(1), Duration.ofSeconds(10));
        Optional<String> found = Optional.empty();
        // The monitor pauses for 250 ms between two samples, so they are a little further apart.
        for (int i = 0; i < 10; i++) {
            found = shortest.check(waiting(IDLE, COMMIT), nowNanos);
            nowNanos += SECOND / 4 + SECOND / 100;
        }
        assertThat(found).isPresent();
    }
}
