package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.router.lane.Lane;
import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.place.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RouterMetricsTest {
    private static final Pattern NAME = Pattern.compile("\\bsidetrack_router_\\w+");

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    @Test
    void everyMetricOfTheRouterIsDocumentedAndNoOther() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RouterMetrics metrics = new RouterMetrics(
                registry,
                new ProblemLog(LoggerFactory.getLogger(RouterMetricsTest.class), () -> 0, Duration.ofMinutes(1)));
        metrics.brokerWarning(false);
        metrics.routed(new Verdict(Lane.BACKFILL, "header"), 1);
        metrics.named("orders-2019", 1);
        metrics.buried(Refusal.NO_KEY, "orders", 0, 0, true);
        assertThat(names(Files.readString(Path.of("..", "docs", "metrics.md")))).isEqualTo(names(registry.scrape()));
    }
}
