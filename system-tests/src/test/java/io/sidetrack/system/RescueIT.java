package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The README's "Rescue a lagging topic", command by command. */
class RescueIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String GROUP = "orders-service";

    private SandboxBroker broker;
    private SandboxTopics topics;
    private URI dynamoEndpoint;

    @Test
    void topicIsRescuedAndGivenBackAndEveryRecordIsInTheTable() throws Exception {
        try (SandboxBroker started = SandboxBroker.start();
                SandboxTopics all = new SandboxTopics(started.bootstrapServers());
                DynamoDbLocal dynamo = DynamoDbLocal.start();
                SandboxTables tables = new SandboxTables(dynamo.endpoint())) {
            broker = started;
            topics = all;
            dynamoEndpoint = dynamo.endpoint();
            topics.create("orders", 3, Map.of());
            tables.create("orders", "id");
            send(0, 3000);
            readAsTheOldService("orders", Map.of(0, 5L, 1, 7L, 2, 0L));

            assertThat(sidetrack(1, "doctor", "--group", GROUP))
                    .contains("FAIL  orders-backfill: there is no such topic")
                    .contains("`sidetrack adopt --group " + GROUP + "`")
                    .doesNotContain("start the router");
            sidetrack(0, "provision", "--backfill-partitions", "12");
            assertDoctorFindsAFormerGroup();
            assertThat(sidetrack(0, "adopt", "--group", GROUP, "--dry-run")).contains("2,988 records");
            assertThat(sidetrack(0, "adopt", "--group", GROUP)).contains("ROUTER_EXPECT_CUT=true");
            send(3000, 100);
            int port = FreePort.find();
            try (ServiceProcess router = router(port);
                    ServiceProcess backfill = writer("orders-backfill")) {
                router.awaitReady(port, SOON);
                await().atMost(SOON).untilAsserted(() -> assertThat(topics.read("orders-live"))
                        .hasSize(100)
                        .allMatch(record -> number(record.key()) >= 3000));
                assertThat(ServiceProcess.metrics(port))
                        .containsEntry("sidetrack_router_records_total{lane=\"backfill\",rule=\"before-cut\"}", 2988.0);
                // The live service reads the live lane now, from its beginning, where adopt has set it.
                assertThat(topics.committed(GROUP)).containsEntry(new TopicPartition("orders-live", 0), 0L);
                readAsTheOldService("orders-live", ends("orders-live"));
                assertThat(sidetrack(
                                0, "progress", "--interval-ms", "300", "--window-ms", "1000", "--live-group", GROUP))
                        .contains("router")
                        .contains("nothing left");
                await().atMost(SOON).untilAsserted(() -> assertThat(
                                topics.lag("sidetrack-writer-orders-backfill~orders", "orders-backfill"))
                        .isZero());
                sidetrack(1, "release", "--group", GROUP);
                router.terminate();
                assertThat(router.exitCode(SOON)).isZero();
                backfill.terminate();
                assertThat(backfill.exitCode(SOON)).isZero();
            }
            send(3100, 10);
            assertThat(sidetrack(0, "release", "--group", GROUP)).contains("with up to 10 records to read");
            assertThat(topics.lag(GROUP, "orders"))
                    .as("goes on where the router has stopped")
                    .isEqualTo(10);
            assertThat(tables.scan("orders"))
                    .as("the backlog is in the table, and what was read before the takeover is not written again")
                    .hasSize(2988);
        }
    }

    /** As if a writer of an earlier version had read the live lane. */
    private void assertDoctorFindsAFormerGroup() throws Exception {
        String former = "sidetrack-writer-orders-live";
        topics.admin()
                .alterConsumerGroupOffsets(
                        former, Map.of(new TopicPartition("orders-live", 0), new OffsetAndMetadata(0)))
                .all()
                .get();
        assertThat(sidetrack(1, "doctor"))
                .contains("FAIL  " + former + ": has read orders-live as the default group of earlier versions")
                .contains(
                        "`sidetrack copy-offsets --topic orders-live --from " + former + " --to " + former + "~orders`")
                .contains("ok    orders: active, key id HASH of type S");
    }

    private static int number(byte[] key) {
        return Integer.parseInt(new String(key, UTF_8).substring(1));
    }

    /** Spread as by round robin, so that a partition has every third. */
    private void send(int from, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            records.add(new ProducerRecord<>(
                    "orders", i % 3, ("k" + i).getBytes(UTF_8), ("{\"id\":\"k" + i + "\"}").getBytes(UTF_8)));
        }
        topics.send(records);
    }

    private void readAsTheOldService(String topic, Map<Integer, Long> to) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        to.forEach((partition, offset) ->
                offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        topics.admin().alterConsumerGroupOffsets(GROUP, offsets).all().get();
    }

    private Map<Integer, Long> ends(String topic) {
        Map<Integer, Long> ends = new HashMap<>();
        topics.ends(topic).forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("ROUTER_SOURCE_TOPIC", "orders");
        environment.put("WRITER_TABLE", "orders");
        environment.putAll(SandboxTables.environment(dynamoEndpoint));
        // Nobody is there to tell whose the credentials are.
        environment.put("AWS_ENDPOINT_URL_STS", "http://localhost:1");
        return environment;
    }

    private ServiceProcess router(int port) {
        Map<String, String> environment = environment();
        environment.put("ROUTER_HTTP_PORT", Integer.toString(port));
        environment.put("ROUTER_EXPECT_CUT", "true");
        return ServiceProcess.start(Jars.ofThisCheckout().router(), List.of(), environment);
    }

    private ServiceProcess writer(String lane) {
        Map<String, String> environment = environment();
        environment.put("WRITER_TOPIC", lane);
        environment.put("WRITER_HTTP_PORT", "0");
        environment.put("KAFKA_COMMIT_INTERVAL_MS", "500");
        return ServiceProcess.start(Jars.ofThisCheckout().writer(), List.of(), environment);
    }

    private String sidetrack(int code, String... arguments) {
        try (ServiceProcess process =
                ServiceProcess.start(Jars.ofThisCheckout().ops(), List.of(arguments), environment())) {
            assertThat(process.exitCode(SOON))
                    .as(() -> String.join(" ", arguments) + "\n" + process.output() + process.errors())
                    .isEqualTo(code);
            return process.output();
        }
    }
}
