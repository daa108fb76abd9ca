package io.sidetrack.writer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.settings.KafkaProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shutdown counts as complete only if the brokers confirm its commits in time. */
class LastCommitTest {
    @Test
    void coversRecordsOnlyIfTheirNextOffsetIsCommittedInEveryPartition() {
        LastCommit last = new LastCommit("orders", () -> Map.of(partition(0), at(11), partition(1), at(5)));
        assertThat(last.covers(Map.of(0, 10L, 1, 4L))).isTrue();
        assertThat(last.covers(Map.of(0, 10L, 1, 5L))).as("one record short").isFalse();
        assertThat(last.covers(Map.of(2, 0L))).as("nothing committed").isFalse();
    }

    @Test
    void coversNothingIfTheOffsetsCannotBeRead() {
        LastCommit last = new LastCommit("orders", () -> {
            throw new IllegalStateException("no response");
        });
        assertThat(last.covers(Map.of(0, 10L))).isFalse();
        assertThat(last.covers(Map.of())).as("nothing to confirm").isTrue();
    }

    /** The longer of two settings must not win: a shutdown has seconds, and users set request timeouts of minutes. */
    @ParameterizedTest
    @ValueSource(strings = {"", "120000"})
    void silentBrokerDelaysAShutdownByTwiceTheLimitAtMost(String requestTimeoutMs) throws IOException {
        Duration limit = Duration.ofMillis(500);
        // Accepts connections into its backlog, and never reads from them.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = new HashMap<>();
            environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + silent.getLocalPort());
            if (!requestTimeoutMs.isEmpty()) {
                environment.put("KAFKA_REQUEST_TIMEOUT_MS", requestTimeoutMs);
                environment.put("KAFKA_DEFAULT_API_TIMEOUT_MS", requestTimeoutMs);
            }
            LastCommit last = LastCommit.of(KafkaProperties.read(environment), "group", "orders", limit);
            long start = System.nanoTime();
            assertThat(last.covers(Map.of(0, 10L))).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(limit, limit.multipliedBy(2).plusSeconds(10));
        }
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("orders", number);
    }

    private static OffsetAndMetadata at(long offset) {
        return new OffsetAndMetadata(offset);
    }
}
