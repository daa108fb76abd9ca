package io.sidetrack.ops.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProducersTest {
    private static void open(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:1");
        KafkaProperties client = KafkaProperties.read(all);
        Producers.open(client, client.producer()).close();
    }

    @Test
    void namesADeliveryTimeoutThatIsTooShortWithItsRemedy() {
        assertThatThrownBy(() -> open(Map.of("KAFKA_DELIVERY_TIMEOUT_MS", "20000")))
                .isInstanceOf(StartupException.class)
                .hasMessage("KAFKA_DELIVERY_TIMEOUT_MS=20000: less than linger.ms + request.timeout.ms, which add up to"
                        + " 30005 ms. Raise it to that or more, or lower KAFKA_REQUEST_TIMEOUT_MS.");
        open(Map.of("KAFKA_DELIVERY_TIMEOUT_MS", "20000", "KAFKA_REQUEST_TIMEOUT_MS", "10000"));
    }

    @Test
    void namesOtherInvalidSettingsInOneLine() {
        assertThatThrownBy(() -> open(Map.of("KAFKA_DELIVERY_TIMEOUT_MS", "soon")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("delivery.timeout.ms");
        assertThatThrownBy(() -> open(Map.of("KAFKA_COMPRESSION_TYPE", "rar")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("compression.type");
    }
}
