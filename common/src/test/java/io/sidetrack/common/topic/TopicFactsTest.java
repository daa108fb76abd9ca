package io.sidetrack.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which topics would lose or reject records, and what is said when no broker can tell. */
class TopicFactsTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    @ParameterizedTest
    @CsvSource({
        "LogAppendTime, delete, 604800000, false",
        "LogAppendTime, 'compact,delete', 1, false",
        "CreateTime, delete, -1, false",
        "CreateTime, compact, 604800000, false",
        "CreateTime, delete, 604800000, true",
        "CreateTime, 'compact,delete', 604800000, true",
        "CreateTime, delete, 0, true"
    })
    void oldRecordsAreLostWhereKafkaDeletesByTheProducersTime(
            String timestampType, String cleanupPolicy, long retentionMs, boolean loses) {
        TopicFacts topic = new TopicFacts("t", 1, 1, timestampType, cleanupPolicy, retentionMs, 1, 1);
        assertThat(topic.losesOldRecords().isPresent()).isEqualTo(loses);
    }

    @ParameterizedTest
    @CsvSource({"delete, false", "compact, true", "'compact,delete', true"})
    void recordsAreLostByKeyWhereKafkaCompacts(String cleanupPolicy, boolean loses) {
        TopicFacts topic = new TopicFacts("t", 1, 1, "LogAppendTime", cleanupPolicy, -1, 1, 1);
        assertThat(topic.losesRecordsByKey().isPresent()).isEqualTo(loses);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "3, 2, false", "1, 2, true", "3, 4, true"})
    void topicCanAskForMoreReplicasThanItHas(int replicationFactor, int minInSyncReplicas, boolean asks) {
        TopicFacts topic =
                new TopicFacts("t", 1, replicationFactor, "LogAppendTime", "delete", -1, 1, minInSyncReplicas);
        assertThat(topic.wantsMoreReplicasThanItHas().isPresent()).isEqualTo(asks);
    }

    @Test
    void brokerThatDoesNotAnswerIsOneLineInTime() {
        try (Admin admin =
                TopicDirectory.open(KafkaProperties.of(Map.of("bootstrap.servers", "localhost:1")), PATIENCE)) {
            TopicDirectory topics = new TopicDirectory(admin, PATIENCE);
            assertThatThrownBy(() -> topics.require("WRITER_TOPIC", "lane"))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("KAFKA_BOOTSTRAP_SERVERS: no broker answered within ");
        }
    }
}
