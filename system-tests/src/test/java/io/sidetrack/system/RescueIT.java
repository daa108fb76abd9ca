package io.sidetrack.system;

import static io.sidetrack.system.SidetrackFixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** "Rescue a lagging topic" in {@code docs/operations.md}, command by command. */
class RescueIT {
    private static final String GROUP = "orders-service";

    private final SidetrackFixture fixture = new SidetrackFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void topicIsTakenOverAndReleasedAndEveryRecordIsInTheTable() throws Exception {
        fixture.topics.create("orders", 3, Map.of());
        fixture.tables.create("orders", "id");
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
            await().atMost(SOON).untilAsserted(() -> assertThat(fixture.topics.read("orders-live"))
                    .hasSize(100)
                    .allMatch(record -> number(record.key()) >= 3000));
            // The router counts records after their commit, when they are already visible on the lane.
            await().atMost(SOON).untilAsserted(() -> assertThat(ServiceProcess.metrics(port))
                    .containsEntry("sidetrack_router_records_total{lane=\"backfill\",rule=\"before-cut\"}", 2988.0));
            // The live service now reads the live lane, from the offset that adopt has committed.
            assertThat(fixture.topics.committed(GROUP)).containsEntry(new TopicPartition("orders-live", 0), 0L);
            readAsTheOldService("orders-live", ends("orders-live"));
            assertThat(sidetrack(0, "progress", "--interval-ms", "300", "--window-ms", "1000", "--live-group", GROUP))
                    .contains("router")
                    .contains("nothing left");
            await().atMost(SOON).untilAsserted(() -> assertThat(
                            fixture.topics.lag("sidetrack-writer-orders-backfill~orders", "orders-backfill"))
                    .isZero());
            sidetrack(1, "release", "--group", GROUP);
            router.terminate();
            assertThat(router.exitCode(SOON)).isZero();
            backfill.terminate();
            assertThat(backfill.exitCode(SOON)).isZero();
        }
        send(3100, 10);
        assertThat(sidetrack(0, "release", "--group", GROUP)).contains("with up to 10 records to read");
        assertThat(fixture.topics.lag(GROUP, "orders"))
                .as("continues where the router stopped")
                .isEqualTo(10);
        assertThat(fixture.tables.scan("orders"))
                .as("the table contains the backlog, without the records that were read before the takeover")
                .hasSize(2988);
    }

    /** Commits an offset as the writer of an earlier version would on the live lane. */
    private void assertDoctorFindsAFormerGroup() throws Exception {
        String former = "sidetrack-writer-orders-live";
        fixture.topics
                .admin()
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

    /** Sends numbered records, of which each partition receives every third. */
    private void send(int from, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            records.add(new ProducerRecord<>(
                    "orders", i % 3, ("k" + i).getBytes(UTF_8), ("{\"id\":\"k" + i + "\"}").getBytes(UTF_8)));
        }
        fixture.topics.send(records);
    }

    private void readAsTheOldService(String topic, Map<Integer, Long> to) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        to.forEach((partition, offset) ->
                offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        fixture.topics.admin().alterConsumerGroupOffsets(GROUP, offsets).all().get();
    }

    private Map<Integer, Long> ends(String topic) {
        Map<Integer, Long> ends = new HashMap<>();
        fixture.topics.ends(topic).forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }

    private ServiceProcess router(int port) {
        return fixture.router(Map.of("ROUTER_HTTP_PORT", Integer.toString(port), "ROUTER_EXPECT_CUT", "true"));
    }

    private ServiceProcess writer(String lane) {
        return fixture.writer(Map.of("WRITER_TOPIC", lane, "WRITER_HTTP_PORT", "0"));
    }

    /** With access to the table, but without an STS that identifies the owner of the credentials. */
    private String sidetrack(int exitCode, String... arguments) {
        Map<String, String> settings = new HashMap<>(fixture.aws());
        settings.put("AWS_ENDPOINT_URL_STS", "http://localhost:1");
        return fixture.sidetrack(exitCode, settings, arguments);
    }
}
