package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sidetrack.common.log.ProblemLog;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The router's own metrics. */
class RouterMetricsTest {
    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void gaugeShowsTheResultOfTheBrokerCheck(boolean canSkipMarkers, double value) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ProblemLog problems =
                new ProblemLog(LoggerFactory.getLogger(RouterMetricsTest.class), () -> 0, Duration.ofMinutes(1));
        new RouterMetrics(registry, problems).brokerWarning(canSkipMarkers);
        assertThat(registry.get("sidetrack.router.broker.warning").gauge().value())
                .isEqualTo(value);
    }
}
