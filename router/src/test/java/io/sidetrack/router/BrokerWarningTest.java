package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.log.ProblemLog;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Brokers that can break exactly-once are a warning, and others, known or not, are none. */
class BrokerWarningTest {
    private static double gaugeFor(BrokerRelease release) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ProblemLog problems =
                new ProblemLog(LoggerFactory.getLogger(BrokerWarningTest.class), () -> 0, Duration.ofMinutes(1));
        new RouterMetrics(registry, problems)
                .brokerWarning(RouterChecks.warnsOf(new BrokerReleases(new TreeMap<>(Map.of(1, release)))));
        return registry.get("sidetrack.router.broker.warning").gauge().value();
    }

    @Test
    void gaugeIsOneForTheAffectedReleaseLinesOnly() {
        assertThat(gaugeFor(BrokerRelease.V4_3)).isEqualTo(1);
        assertThat(gaugeFor(BrokerRelease.V4_4)).isEqualTo(1);
        assertThat(gaugeFor(BrokerRelease.V4_2)).isZero();
        assertThat(gaugeFor(BrokerRelease.UNKNOWN)).isZero();
    }
}
