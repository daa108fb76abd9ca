package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.placement.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The router's own metrics. */
class RouterMetricsTest {
    private static final Pattern NAME = Pattern.compile("\\bsidetrack_router_\\w+");

    private static ProblemLog problems() {
        return new ProblemLog(LoggerFactory.getLogger(RouterMetricsTest.class), () -> 0, Duration.ofMinutes(1));
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    @Test
    void everyMetricIsDocumentedAndNoOther() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RouterMetrics metrics = new RouterMetrics(registry, problems());
        metrics.brokerWarning(false);
        metrics.routed(new Classification(Lane.BACKFILL, "header"), 1);
        metrics.routedToBackfill("orders-2019", 1);
        metrics.parked("orders-2019", 1);
        metrics.discarded("orders-2019", 1);
        metrics.deadLettered(Refusal.NO_KEY, "orders", 0, 0, true);
        assertThat(names(Files.readString(Path.of("..", "docs", "metrics.md")))).isEqualTo(names(registry.scrape()));
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void gaugeShowsTheResultOfTheBrokerCheck(boolean canSkipMarkers, double value) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new RouterMetrics(registry, problems()).brokerWarning(canSkipMarkers);
        assertThat(registry.get("sidetrack.router.broker.warning").gauge().value())
                .isEqualTo(value);
    }
}
