package io.sidetrack.writer.parked;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicFacts;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

/** The configuration on which the order and the time limits of parked records depend. */
class ParkedProducerTest {
    private static final TopicFacts LANE = TopicFacts.named("lane").build();

    @Test
    void recordsKeepTheirOrderAndHaveAnOutcomeInTimeWhateverTheUserHasSet() {
        KafkaProperties kafka = KafkaProperties.of(Map.of("bootstrap.servers", "localhost:1"))
                .with(Map.of(
                        "acks", "1",
                        "enable.idempotence", "false",
                        "delivery.timeout.ms", "3600000",
                        "request.timeout.ms", "600000",
                        "max.block.ms", "3600000",
                        "linger.ms", "60000",
                        "max.in.flight.requests.per.connection", "5"));
        assertThat(ParkedProducer.config(kafka, "me", LANE))
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", true)
                .containsEntry("client.id", "me")
                .containsEntry("delivery.timeout.ms", 10_000)
                .containsEntry("max.block.ms", 5000)
                .containsEntry("max.in.flight.requests.per.connection", 1)
                .containsEntry("max.request.size", 32 << 20);
        try (Producer<byte[], byte[]> producer = ParkedProducer.open(kafka, "me", LANE)) {
            assertThat(producer.metrics()).as("a valid configuration").isNotEmpty();
        }
    }
}
