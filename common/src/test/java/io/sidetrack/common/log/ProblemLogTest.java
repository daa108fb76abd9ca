package io.sidetrack.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A repeated problem is logged once, then counted, and ends after a quiet period. */
class ProblemLogTest {
    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Duration QUIET = Duration.ofSeconds(30);

    private final Logger logger = (Logger) LoggerFactory.getLogger("problems");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long nowNanos;
    private final ProblemLog problems = new ProblemLog(logger, () -> nowNanos, REMINDER, QUIET);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        lines.start();
        logger.addAppender(lines);
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void repeatedProblemIsLoggedOnceThenCountedWithAReminder() {
        for (int i = 0; i < 1000; i++) {
            problems.report("kind", "it fails");
        }
        problems.report("other", "something else");
        for (int i = 0; i < 7; i++) {
            pass(Duration.ofSeconds(10));
            problems.report("kind", "it fails");
        }

        assertThat(logged())
                .containsExactly(
                        "it fails", "something else", "ended: other (1 time)", "it fails (1006 times in 60 s)");
    }

    @Test
    void failuresMixedWithSuccessesAreOneProblem() {
        for (int i = 0; i < 1000; i++) {
            problems.report("kind", "it fails");
            problems.over("kind");
            pass(Duration.ofMillis(1));
        }
        pass(QUIET);
        problems.over("kind");
        problems.over("kind");

        assertThat(logged()).containsExactly("it fails", "ended: kind (1000 times in 0 s)");
    }

    @Test
    void successEndsAProblemOnlyAfterTheQuietPeriod() {
        problems.report("kind", "it fails");
        pass(QUIET.minusNanos(1));
        problems.over("kind");
        assertThat(logged()).containsExactly("it fails");

        pass(Duration.ofNanos(1));
        problems.over("kind");
        assertThat(logged()).containsExactly("it fails", "ended: kind (1 time)");
    }

    @Test
    void tickEndsAProblemAfterTheQuietPeriod() {
        problems.report("kind", "it fails");
        pass(Duration.ofSeconds(20));
        problems.report("kind", "it fails");
        problems.report("other", "something else");
        pass(QUIET.minusNanos(1));
        problems.tick();
        assertThat(logged()).containsExactly("it fails", "something else");

        pass(Duration.ofNanos(1));
        problems.tick();
        problems.tick();
        assertThat(logged().subList(2, logged().size()))
                .containsExactlyInAnyOrder("ended: kind (2 times in 20 s)", "ended: other (1 time)");
    }

    @Test
    void problemThatReturnsAfterTheQuietPeriodIsANewOne() {
        problems.report("kind", "it fails");
        pass(QUIET);
        problems.report("kind", "it fails again");

        assertThat(logged()).containsExactly("it fails", "ended: kind (1 time)", "it fails again");
    }

    @Test
    void problemsOfTooManyKindsAreCountedTogether() {
        for (int i = 0; i < 10_000; i++) {
            problems.report("kind " + i, "failure " + i);
        }

        assertThat(problems.size()).isLessThanOrEqualTo(ProblemLog.MOST_KINDS + 1);
        assertThat(logged()).hasSize(ProblemLog.MOST_KINDS + 1).last().isEqualTo("failure " + ProblemLog.MOST_KINDS);
        pass(QUIET);
        problems.tick();
        assertThat(problems.size()).isZero();
        assertThat(logged()).contains("ended: problems of other kinds (9900 times in 0 s)");
    }
}
