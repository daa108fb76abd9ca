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

/** Which topics would lose or reject records, and the message if no broker responds. */
class TopicFactsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);

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
    void oldRecordsAreLostWhereKafkaDeletesByTheProducersTimestamps(
            String timestampType, String cleanupPolicy, long retentionMs, boolean loses) {
        TopicFacts topic = TopicFacts.named("t")
                .timestampType(timestampType)
                .cleanupPolicy(cleanupPolicy)
                .retentionMs(retentionMs)
                .maxMessageBytes(1)
                .build();
        assertThat(topic.losesOldRecords().isPresent()).isEqualTo(loses);
    }

    @ParameterizedTest
    @CsvSource({"delete, false", "compact, true", "'compact,delete', true"})
    void recordsAreLostByKeyWhereKafkaCompacts(String cleanupPolicy, boolean loses) {
        TopicFacts topic = TopicFacts.named("t")
                .timestampType("LogAppendTime")
                .cleanupPolicy(cleanupPolicy)
                .retentionMs(-1)
                .maxMessageBytes(1)
                .build();
        assertThat(topic.losesRecordsByKey().isPresent()).isEqualTo(loses);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "3, 2, false", "1, 2, true", "3, 4, true"})
    void topicCanRequireMoreReplicasThanItHas(int replicationFactor, int minInSyncReplicas, boolean asks) {
        TopicFacts topic = TopicFacts.named("t")
                .replicationFactor(replicationFactor)
                .timestampType("LogAppendTime")
                .retentionMs(-1)
                .maxMessageBytes(1)
                .minInSyncReplicas(minInSyncReplicas)
                .build();
        assertThat(topic.wantsMoreReplicasThanItHas().isPresent()).isEqualTo(asks);
    }

    @Test
    void unreachableBrokerIsReportedInOneLineWithinTheTimeout() {
        try (Admin admin =
                TopicDirectory.open(KafkaProperties.of(Map.of("bootstrap.servers", "localhost:1")), TIMEOUT)) {
            TopicDirectory topics = new TopicDirectory(admin, TIMEOUT);
            assertThatThrownBy(() -> topics.require("WRITER_TOPIC", "lane"))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("KAFKA_BOOTSTRAP_SERVERS: no broker responded within ");
        }
    }
}
