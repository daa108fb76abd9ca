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

/** A repeated problem is logged once and then counted. */
class ProblemLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("problems");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long nowNanos;
    private final ProblemLog problems = new ProblemLog(logger, () -> nowNanos, Duration.ofMinutes(1));

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        lines.start();
        logger.addAppender(lines);
    }

    @Test
    void repeatedProblemIsLoggedOnceThenCountedThenOver() {
        for (int i = 0; i < 1000; i++) {
            problems.report("kind", "it fails");
        }
        problems.report("other", "something else");
        nowNanos = Duration.ofSeconds(61).toNanos();
        problems.report("kind", "it fails");
        problems.over("kind");
        problems.over("kind");
        problems.report("kind", "it fails");

        assertThat(logged())
                .containsExactly(
                        "it fails",
                        "something else",
                        "it fails (1001 times in 61 s)",
                        "over after 61 s: kind (1001 times)",
                        "it fails");
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
