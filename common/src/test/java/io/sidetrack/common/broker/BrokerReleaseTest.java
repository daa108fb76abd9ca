package io.sidetrack.common.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The release line that follows from the features that a broker reports. */
class BrokerReleaseTest {
    /** The features of a broker, with the given level of the one that distinguishes release lines. */
    private static Map<String, Short> features(int metadataVersion) {
        Map<String, Short> levels = new HashMap<>(Map.of(
                "kraft.version", (short) 1,
                "transaction.version", (short) 2,
                "group.version", (short) 1,
                "eligible.leader.replicas.version", (short) 1));
        levels.put("metadata.version", (short) metadataVersion);
        return levels;
    }

    @Test
    void metadataVersionDeterminesTheReleaseLine() {
        assertThat(BrokerRelease.of(features(25))).isEqualTo(BrokerRelease.V4_0);
        assertThat(BrokerRelease.of(features(27))).isEqualTo(BrokerRelease.V4_1);
        assertThat(BrokerRelease.of(features(28))).isEqualTo(BrokerRelease.V4_2);
        assertThat(BrokerRelease.of(features(29))).isEqualTo(BrokerRelease.V4_2);
        assertThat(BrokerRelease.of(features(30))).isEqualTo(BrokerRelease.V4_3);
        assertThat(BrokerRelease.of(features(31))).isEqualTo(BrokerRelease.V4_4);
        assertThat(BrokerRelease.of(features(33))).isEqualTo(BrokerRelease.V4_4);
    }

    @Test
    void otherVersionsAreUnknownAndCauseNoWarning() {
        for (Map<String, Short> levels : List.of(
                Map.<String, Short>of(), features(21), features(34), Map.of("transaction.version", (short) 2))) {
            assertThat(BrokerRelease.of(levels)).isEqualTo(BrokerRelease.UNKNOWN);
        }
        assertThat(BrokerRelease.UNKNOWN.canSkipMarkers()).isFalse();
    }

    @Test
    void onlyTheTwoAffectedLinesCanSkipMarkers() {
        assertThat(BrokerRelease.values())
                .filteredOn(BrokerRelease::canSkipMarkers)
                .containsExactly(BrokerRelease.V4_3, BrokerRelease.V4_4);
    }

    @Test
    void oneAffectedBrokerAffectsTheCluster() {
        BrokerReleases mixed = new BrokerReleases(
                new TreeMap<>(Map.of(1, BrokerRelease.V4_2, 2, BrokerRelease.V4_3, 3, BrokerRelease.V4_3)));
        assertThat(mixed.canSkipMarkers()).isTrue();
        assertThat(mixed.text()).isEqualTo("4.2 (broker 1), 4.3 (brokers 2, 3)");

        BrokerReleases same = new BrokerReleases(new TreeMap<>(Map.of(1, BrokerRelease.V4_2, 2, BrokerRelease.V4_2)));
        assertThat(same.canSkipMarkers()).isFalse();
        assertThat(same.text()).isEqualTo("4.2");

        BrokerReleases unresponsive = new BrokerReleases(new TreeMap<>());
        assertThat(unresponsive.canSkipMarkers()).isFalse();
        assertThat(unresponsive.text()).isEqualTo("unknown");
    }
}
