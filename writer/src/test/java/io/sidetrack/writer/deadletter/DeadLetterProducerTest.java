package io.sidetrack.writer.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No property of the user makes the producer reject a record that the topics can hold. */
class DeadLetterProducerTest {
    private static TopicFacts topic(int maxMessageBytes) {
        return TopicFacts.named("t")
                .timestampType("LogAppendTime")
                .retentionMs(-1)
                .maxMessageBytes(maxMessageBytes)
                .build();
    }

    private static KafkaProperties properties(Map<String, String> some) {
        return KafkaProperties.of(Map.of("bootstrap.servers", "localhost:1")).with(some);
    }

    private static Map<String, Object> config(Map<String, String> kafka, int laneBytes) {
        return DeadLetterProducer.config(properties(kafka), "me", topic(laneBytes), topic(1_000_000));
    }

    @Test
    void acceptsRecordsLargerThanTheTopicsBatchesAndCompressesThem() {
        assertThat(config(Map.of(), 1_000_000))
                .containsEntry("max.request.size", 32 << 20)
                .containsEntry("buffer.memory", 32L << 20)
                .containsEntry("compression.type", "lz4")
                .containsEntry("acks", "all")
                .containsEntry("client.id", "me");
        assertThat(config(Map.of(), 100_000_000)).containsEntry("max.request.size", 100_065_536);
        assertThat(config(Map.of(), Integer.MAX_VALUE))
                .containsEntry("max.request.size", Integer.MAX_VALUE)
                .containsEntry("buffer.memory", (long) Integer.MAX_VALUE);
    }

    @Test
    void raisesLimitsThatTheUserHasSetTooLowAndKeepsHigherOnes() {
        assertThat(config(Map.of("max.request.size", "1000", "buffer.memory", "1000"), 1_000_000))
                .containsEntry("max.request.size", 32 << 20)
                .containsEntry("buffer.memory", 32L << 20);
        assertThat(config(Map.of("max.request.size", "50000000", "buffer.memory", "1000"), 1_000_000))
                .containsEntry("max.request.size", 50_000_000)
                .containsEntry("buffer.memory", 50_000_000L);
        assertThat(config(Map.of("buffer.memory", "90000000"), 1_000_000)).containsEntry("buffer.memory", 90_000_000L);
    }

    @Test
    void ignoresPropertiesOfOtherProducers() {
        assertThat(config(Map.of("transactional.id", "x", "linger.ms", "900000", "acks", "0"), 1_000_000))
                .doesNotContainKey("transactional.id")
                .containsEntry("linger.ms", 5)
                .containsEntry("acks", "all");
        assertThat(config(Map.of("compression.type", "zstd"), 1_000_000)).containsEntry("compression.type", "zstd");
    }

    @Test
    void reportsTheInvalidProperty() {
        KafkaProperties kafka = properties(Map.of("max.request.size", "many"));
        assertThatThrownBy(() -> DeadLetterProducer.open(kafka, "me", topic(1), topic(1)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("max.request.size");
    }
}
