package io.sidetrack.common.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class ClientDefectsTest {
    private static StreamsConfig config(String protocol) {
        return new StreamsConfig(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "a",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1",
                StreamsConfig.GROUP_PROTOCOL_CONFIG, protocol));
    }

    @Test
    void streamsProtocolIsWarnedOf() {
        assertThat(ClientDefects.of(config("streams"))).hasValueSatisfying(warning -> assertThat(warning)
                .contains("KAFKA-20765", "KAFKA_GROUP_PROTOCOL=classic"));
        assertThat(ClientDefects.of(config("STREAMS"))).isPresent();
    }

    @Test
    void classicProtocolIsNot() {
        assertThat(ClientDefects.of(config("classic"))).isEmpty();
    }

    @Test
    void warningNamesTheClientsOfThisBuild() {
        // An upgrade of the clients must look again whether they still have the defect.
        assertThat(ClientDefects.of(config("streams")).orElseThrow()).contains(AppInfoParser.getVersion());
    }
}
