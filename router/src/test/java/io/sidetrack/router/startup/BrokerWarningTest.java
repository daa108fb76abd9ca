package io.sidetrack.router.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The router warns of brokers that can break exactly-once, and of no others. */
class BrokerWarningTest {
    private static boolean warnsOf(BrokerRelease release) {
        return RouterChecks.warnsOf(new BrokerReleases(new TreeMap<>(Map.of(1, release))));
    }

    @Test
    void onlyTheAffectedReleaseLinesCauseAWarning() {
        assertThat(warnsOf(BrokerRelease.V4_3)).isTrue();
        assertThat(warnsOf(BrokerRelease.V4_4)).isTrue();
        assertThat(warnsOf(BrokerRelease.V4_2)).isFalse();
        assertThat(warnsOf(BrokerRelease.UNKNOWN)).isFalse();
    }
}
