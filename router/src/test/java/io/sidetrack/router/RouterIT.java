package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.router.RouterFixture.Router;
import io.sidetrack.sandbox.ServiceProcess;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The router's promises on a real broker. */
class RouterIT {
    private static final String BACKFILL = "x-backfill";
    private static final Map<String, String> DEFAULTS = Map.of();
    private static RouterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new RouterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void recordsLeaveAsTheyCameWithTheirTimestampInAHeader() {
        fixture.source("untouched", 1);
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        Long y1970 = 0L;
        Long y2200 = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        sent.add(new ProducerRecord<>("untouched", 0, y1970, bytes, bytes));
        sent.add(new ProducerRecord<byte[], byte[]>("untouched", 0, y2200, null, null));
        sent.add(new ProducerRecord<>("untouched", 0, 1L, new byte[0], new byte[0]));
        sent.add(new ProducerRecord<byte[], byte[]>("untouched", 0, y1970, bytes, null));
        ProducerRecord<byte[], byte[]> headers = new ProducerRecord<>("untouched", 0, 3L, null, bytes);
        headers.headers()
                .add("b", new byte[] {1})
                .add("a", null)
                .add("b", bytes)
                .add("", new byte[0])
                .add("ä", new byte[] {2})
                .add("b", new byte[] {1});
        sent.add(headers);
        sent.add(new ProducerRecord<>("untouched", 0, 4L, null, new byte[1_000_000]));
        fixture.topics.send(sent);
        try (Router router = fixture.router("untouched", DEFAULTS)) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("untouched-live"))
                    .hasSize(sent.size()));
            assertThat(router.routed("live", "none")).isEqualTo(sent.size());
        }
        List<ConsumerRecord<byte[], byte[]>> arrived = fixture.topics.read("untouched-live");
        for (int i = 0; i < sent.size(); i++) {
            ProducerRecord<byte[], byte[]> was = sent.get(i);
            ConsumerRecord<byte[], byte[]> is = arrived.get(i);
            assertThat(is.key()).isEqualTo(was.key());
            assertThat(is.value()).isEqualTo(was.value());
            List<Header> ours = List.of(is.headers().toArray());
            assertThat(ours.subList(0, ours.size() - 1))
                    .isEqualTo(List.of(was.headers().toArray()));
            assertThat(ours.get(ours.size() - 1).key()).isEqualTo("sidetrack-timestamp");
            assertThat(new String(ours.get(ours.size() - 1).value(), UTF_8)).isEqualTo(Long.toString(was.timestamp()));
        }
    }

    @Test
    void anythingInTheHeaderLeadsToALaneAndTheLastOneCounts() {
        fixture.source("abuse", 1);
        Map<String, byte[][]> cases = new HashMap<>();
        cases.put("live: absent", new byte[][] {});
        cases.put("live: false", new byte[][] {"false".getBytes(UTF_8)});
        cases.put("live: 0", new byte[][] {"0".getBytes(UTF_8)});
        cases.put("live: FALSE with space", new byte[][] {" FALSE ".getBytes(UTF_8)});
        cases.put("live: the last says no", new byte[][] {"a".getBytes(UTF_8), "0".getBytes(UTF_8)});
        cases.put("backfill: named", new byte[][] {"orders-2019".getBytes(UTF_8)});
        cases.put("backfill: null", new byte[][] {null});
        cases.put("backfill: empty", new byte[][] {{}});
        cases.put("backfill: not UTF-8", new byte[][] {{(byte) 0xff, (byte) 0xfe, 0}});
        cases.put("backfill: the last says yes", new byte[][] {"false".getBytes(UTF_8), "true".getBytes(UTF_8)});
        cases.put("backfill: half a megabyte", new byte[][] {new byte[500_000]});
        byte[][] many = new byte[10_000][];
        Arrays.fill(many, new byte[] {'y'});
        cases.put("backfill: ten thousand times", many);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        cases.forEach((name, values) -> {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("abuse", name.getBytes(UTF_8), new byte[] {1});
            for (byte[] value : values) {
                record.headers().add(BACKFILL, value);
            }
            record.headers().add("X-BACKFILL", new byte[] {1});
            records.add(record);
        });
        fixture.topics.send(records);
        try (Router router = fixture.router("abuse", DEFAULTS)) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(router.routed("live", "none")
                            + router.routed("live", "header")
                            + router.routed("backfill", "header"))
                    .isEqualTo(cases.size()));
            assertThat(router.routed("live", "none")).isEqualTo(1);
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.topics.lag("router-abuse", "abuse"))
                            .isZero());
        }
        assertThat(fixture.topics.read("abuse-live")).hasSize(5).allMatch(record -> key(record)
                .startsWith("live: "));
        assertThat(fixture.topics.read("abuse-backfill")).hasSize(7).allMatch(record -> key(record)
                .startsWith("backfill: "));
    }

    @Test
    void oldRecordsSurviveOnALaneAndWouldNotOnACreateTimeTopic() {
        long days30 = System.currentTimeMillis() - Duration.ofDays(30).toMillis();
        fixture.source("old", 1);
        fixture.topics.create(
                "control",
                1,
                Map.of("retention.ms", Long.toString(Duration.ofDays(7).toMillis())));
        ProducerRecord<byte[], byte[]> old = new ProducerRecord<>("old", 0, days30, null, new byte[] {1});
        old.headers().add(BACKFILL, null);
        fixture.topics.send(List.of(old));
        try (Router router = fixture.router("old", DEFAULTS)) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("old-backfill"))
                    .hasSize(1));
            // What a lane with Kafka's defaults would do to it: this is only sent after the lane has its record, so the
            // check that deletes it has looked at the lane as well.
            fixture.topics.send(List.of(new ProducerRecord<>("control", 0, days30, null, new byte[] {1})));
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(beginning("control")).isEqualTo(1));
        }
        assertThat(fixture.topics.read("old-backfill")).hasSize(1);
    }

    private static long beginning(String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        return fixture.topics
                .admin()
                .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    @Test
    void killedRoutersRouteEveryRecordExactlyOnceAndInOrder() {
        fixture.source("killed", 3);
        int rounds = 4;
        int each = 3000;
        for (int round = 0; round < rounds; round++) {
            fixture.topics.send(numbered("killed", round * each, each));
            // A dead member's partitions are free when its session ends; its transaction is aborted by its successor.
            try (Router router = fixture.router(
                    "killed", Map.of("KAFKA_SESSION_TIMEOUT_MS", "6000", "KAFKA_MAX_POLL_RECORDS", "50"))) {
                await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(router.routed("live", "none"))
                        .isPositive());
                router.process().kill();
            }
        }
        try (Router router = fixture.router("killed", DEFAULTS)) {
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.topics.lag("router-killed", "killed"))
                            .isZero());
            router.process().terminate();
            assertThat(router.process().exitCode(RouterFixture.SOON)).isZero();
        }
        // The end of a lane cannot be read until the last killed router's transaction has timed out, after 10 s.
        await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(
                        fixture.topics.read("killed-live").size()
                                + fixture.topics.read("killed-backfill").size())
                .isGreaterThanOrEqualTo(rounds * each));
        List<ConsumerRecord<byte[], byte[]>> live = fixture.topics.read("killed-live");
        List<ConsumerRecord<byte[], byte[]>> backfill = fixture.topics.read("killed-backfill");
        assertExactlyOnceInOrder(live, 3);
        assertExactlyOnceInOrder(backfill, 12);
        assertThat(live.size() + backfill.size()).isEqualTo(rounds * each);
        assertThat(live).allMatch(record -> record.headers().lastHeader(BACKFILL) == null);
        assertThat(backfill)
                .hasSize(rounds * each / 2)
                .allMatch(record -> record.headers().lastHeader(BACKFILL) != null);
    }

    /** Every second record is a backfill's; 40 keys, and a number that grows. */
    private static List<ProducerRecord<byte[], byte[]>> numbered(String topic, int from, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic,
                    ("key-" + i / 2 % 40).getBytes(UTF_8),
                    ByteBuffer.allocate(4).putInt(i).array());
            if (i % 2 == 0) {
                record.headers().add(BACKFILL, "test".getBytes(UTF_8));
            }
            records.add(record);
        }
        return records;
    }

    private static void assertExactlyOnceInOrder(List<ConsumerRecord<byte[], byte[]>> records, int partitions) {
        Map<String, Integer> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            int number = ByteBuffer.wrap(record.value()).getInt();
            Integer before = last.put(key(record), number);
            assertThat(before == null || before < number)
                    .as("%s: %s, then %s", key(record), before, number)
                    .isTrue();
            assertThat(record.partition()).isEqualTo(Utils.toPositive(Utils.murmur2(record.key())) % partitions);
        }
    }

    @Test
    void stopIsCleanAndStateIsShownOverHttp() throws Exception {
        fixture.source("http", 1);
        try (Router router = fixture.router("http", Map.of("ROUTER_PROCESSING_GUARANTEE", "at_least_once"))) {
            fixture.topics.send(List.of(new ProducerRecord<>("http", new byte[] {1})));
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(router.routed("live", "none"))
                    .isEqualTo(1));
            assertThat(ServiceProcess.status(router.port(), "/livez")).isEqualTo(200);
            assertThat(ServiceProcess.status(router.port(), "/readyz")).isEqualTo(200);
            assertThat(ServiceProcess.status(router.port(), "/other")).isEqualTo(404);
            assertThat(ServiceProcess.metrics(router.port()).keySet())
                    .anyMatch(name -> name.startsWith("kafka_stream_thread_process_total"))
                    .anyMatch(name -> name.startsWith("kafka_consumer_fetch_manager_records_lag_max"))
                    .anyMatch(name -> name.startsWith("kafka_producer_record_send_total"))
                    .anyMatch(name -> name.startsWith("jvm_memory_used_bytes"));
            router.process().terminate();
            assertThat(router.process().exitCode(RouterFixture.SOON)).isZero();
            assertThat(router.process().output())
                    .contains("nothing left behind")
                    .doesNotContain(" ERROR ", " WARN ");
        }
        assertThat(fixture.topics.lag("router-http", "http")).isZero();
        assertThat(fixture.topics
                        .admin()
                        .describeConsumerGroups(List.of("router-http"))
                        .all()
                        .get()
                        .get("router-http")
                        .members())
                .as("members that are left in the group")
                .isEmpty();
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }
}
