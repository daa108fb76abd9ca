package io.sidetrack.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cluster that the fault tests rely on. */
@Tag("long")
class SandboxClusterIT {
    @Test
    void keepsAcknowledgedRecordsWhileItsLeaderIsKilledFrozenOrStopped() {
        try (SandboxCluster cluster = SandboxCluster.start();
                SandboxTopics topics = new SandboxTopics(cluster.bootstrapServers())) {
            topics.createLane("orders", 3);
            int killed = cluster.leaderOf("orders", 0);
            topics.send(List.of(record(0, "before")));
            cluster.kill(killed);
            assertThat(cluster.isRunning(killed)).isFalse();
            // The other two acknowledge, after one of them has become the leader.
            topics.send(List.of(record(0, "after")));
            assertThat(cluster.leaderOf("orders", 0)).isNotEqualTo(killed);
            cluster.startAgain(killed);
            cluster.awaitInSync();
            assertThat(topics.read("orders"))
                    .extracting(record -> new String(record.value(), UTF_8))
                    .containsExactlyInAnyOrder("before", "after");

            int frozen = cluster.leaderOf("orders", 0);
            cluster.freeze(frozen);
            topics.send(List.of(record(0, "frozen")));
            assertThat(cluster.leaderOf("orders", 0)).isNotEqualTo(frozen);
            cluster.thaw(frozen);
            cluster.awaitInSync();

            transaction(cluster, "router-1");
            int coordinator = cluster.transactionCoordinator("router-1");
            assertThat(cluster.isRunning(coordinator)).isTrue();
            cluster.stop(coordinator);
            assertThat(cluster.transactionCoordinator("router-1")).isNotEqualTo(coordinator);
            transaction(cluster, "router-1");
            cluster.startAgain(coordinator);
            assertThat(topics.read("orders")).hasSize(5);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, String value) {
        return new ProducerRecord<>("orders", partition, null, value.getBytes(UTF_8));
    }

    private static void transaction(SandboxCluster cluster, String transactionalId) {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "transactional.id", transactionalId);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(record(0, "in a transaction"));
            producer.commitTransaction();
        }
    }
}
