package io.sidetrack.common.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every property of the Kafka clients is an environment variable. */
class KafkaClientSettingsTest {
    @Test
    void variableBecomesThePropertyOfItsName() {
        assertThat(KafkaClientSettings.read(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", " a:1,b:2 ",
                        "KAFKA_SSL_TRUSTSTORE_LOCATION", "/x",
                        "KAFKA_SASL_JAAS_CONFIG", "",
                        "OTHER", "x")))
                .isEqualTo(Map.of("bootstrap.servers", "a:1,b:2", "ssl.truststore.location", "/x"));
    }

    @Test
    void brokersAreRequired() {
        assertThatThrownBy(() -> KafkaClientSettings.read(Map.of("KAFKA_BOOTSTRAP_SERVERS", " ")))
                .isInstanceOf(StartupException.class)
                .hasMessage("KAFKA_BOOTSTRAP_SERVERS: not set. Set it to the brokers, as host:port,host:port.");
    }

    @Test
    void messageIsOneLineWhateverIsInIt() {
        assertThat(new StartupException("A", "b\n  c\r\nd", "E.").getMessage()).isEqualTo("A: b c d. E.");
    }
}
