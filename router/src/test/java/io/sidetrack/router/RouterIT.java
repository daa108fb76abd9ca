package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.Cut;
import io.sidetrack.router.RouterFixture.Router;
import io.sidetrack.sandbox.ServiceProcess;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The router's promises on a real broker. */
@Execution(ExecutionMode.CONCURRENT)
class RouterIT {
    private static final String BACKFILL = "x-backfill";
    private static final Map<String, String> DEFAULTS = Map.of();
    private static RouterFixture fixture;

    /** The headers in which OpenTelemetry carries the context of a trace. */
    private static final byte[] TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(UTF_8);

    private static final byte[] BAGGAGE = "tenant=a%20b,request=7;p=1".getBytes(UTF_8);

    @BeforeAll
    static void start() {
        fixture = new RouterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void recordsAreForwardedUnchangedWithTheirTimestampInAHeader() {
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
                .add("b", new byte[] {1})
                .add("traceparent", TRACEPARENT)
                .add("baggage", BAGGAGE);
        sent.add(headers);
        sent.add(new ProducerRecord<>("untouched", 0, 4L, null, new byte[1_000_000]));
        fixture.topics.send(sent);
        try (Router router = fixture.router("untouched", DEFAULTS)) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("untouched-live"))
                    .hasSize(sent.size()));
            awaitCounted(() -> router.routed("live", "none"), sent.size());
        }
        List<ConsumerRecord<byte[], byte[]>> arrived = fixture.topics.read("untouched-live");
        for (int i = 0; i < sent.size(); i++) {
            ProducerRecord<byte[], byte[]> expected = sent.get(i);
            ConsumerRecord<byte[], byte[]> actual = arrived.get(i);
            assertThat(actual.key()).isEqualTo(expected.key());
            assertThat(actual.value()).isEqualTo(expected.value());
            List<Header> forwarded = List.of(actual.headers().toArray());
            assertThat(forwarded.subList(0, forwarded.size() - 1))
                    .isEqualTo(List.of(expected.headers().toArray()));
            assertThat(forwarded.get(forwarded.size() - 1).key()).isEqualTo("sidetrack-timestamp");
            assertThat(new String(forwarded.get(forwarded.size() - 1).value(), UTF_8))
                    .isEqualTo(Long.toString(expected.timestamp()));
        }
    }

    @Test
    void anyHeaderValueLeadsToALaneAndTheLastHeaderCounts() {
        fixture.source("abuse", 1);
        Map<String, byte[][]> cases = new HashMap<>();
        cases.put("live: absent", new byte[][] {});
        cases.put("live: false", new byte[][] {"false".getBytes(UTF_8)});
        cases.put("live: 0", new byte[][] {"0".getBytes(UTF_8)});
        cases.put("live: FALSE with space", new byte[][] {" FALSE ".getBytes(UTF_8)});
        cases.put("live: the last one is 0", new byte[][] {"a".getBytes(UTF_8), "0".getBytes(UTF_8)});
        cases.put("backfill: named", new byte[][] {"orders-2019".getBytes(UTF_8)});
        cases.put("backfill: null", new byte[][] {null});
        cases.put("backfill: empty", new byte[][] {{}});
        cases.put("backfill: not UTF-8", new byte[][] {{(byte) 0xff, (byte) 0xfe, 0}});
        cases.put("backfill: the last one is true", new byte[][] {"false".getBytes(UTF_8), "true".getBytes(UTF_8)});
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
            fixture.awaitRouted("abuse", RouterFixture.SOON);
        }
        assertThat(fixture.topics.read("abuse-live")).hasSize(5).allMatch(record -> key(record)
                .startsWith("live: "));
        assertThat(fixture.topics.read("abuse-backfill")).hasSize(7).allMatch(record -> key(record)
                .startsWith("backfill: "));
    }

    @Test
    void oldRecordsSurviveOnALaneUnlikeOnACreateTimeTopic() {
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
            // The control shows what would happen on a topic with Kafka's defaults. It is sent only after the lane has
            // its
            // record, so the retention check that deletes it has also checked the lane.
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
    void backlogOfATakeoverGoesToTheBackfillLaneAndLaterRecordsGoToTheLiveLane() {
        fixture.source("cut", 2);
        fixture.topics.send(plain("cut", 0, 100));
        Map<Integer, Long> ends = fixture.ends("cut");
        fixture.cut("cuts", "router-cut", new Cut("cut", "old", 1, new TreeMap<>(ends), fixture.identity("cut")));
        fixture.topics.send(plain("cut", 100, 50));
        try (Router router =
                fixture.router("cut", Map.of("ROUTER_CONTROL_TOPIC", "cuts", "ROUTER_EXPECT_CUT", "true"))) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> {
                assertThat(fixture.topics.read("cut-live")).hasSize(50);
                assertThat(fixture.topics.read("cut-backfill")).hasSize(100);
            });
            awaitCounted(() -> router.routed("backfill", "before-cut"), 100);
            assertThat(router.process().output())
                    .contains("backlog of group old")
                    .doesNotContain("earlier version");
        }
        assertThat(fixture.topics.read("cut-live")).allMatch(record -> number(record) >= 100);
        assertThat(fixture.topics.read("cut-backfill")).hasSize(100).allMatch(record -> number(record) < 100);
    }

    @Test
    void headerDeterminesThePartitionAndRecordsWithoutAKeySpread() {
        fixture.source("hot", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>("hot", i % 2 == 0 ? "hot".getBytes(UTF_8) : null, new byte[1000]);
            record.headers().add(BACKFILL, null);
            if (i % 2 == 0) {
                record.headers().add("tenant", ("t" + i % 50).getBytes(UTF_8));
            }
            records.add(record);
        }
        fixture.topics.send(records);
        try (Router router = fixture.router("hot", Map.of("ROUTER_PARTITION_BY", "header:tenant"))) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("hot-backfill"))
                    .hasSize(3000));
            awaitCounted(() -> router.routed("backfill", "header"), 3000);
            awaitCounted(() -> router.metric("sidetrack_router_backfill_records_total{backfill=\"(unnamed)\"}"), 3000);
        }
        Map<String, Set<Integer>> byTenant = new HashMap<>();
        Set<Integer> spread = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : fixture.topics.read("hot-backfill")) {
            if (record.key() == null) {
                spread.add(record.partition());
            } else {
                String tenant = new String(record.headers().lastHeader("tenant").value(), UTF_8);
                byTenant.computeIfAbsent(tenant, key -> new HashSet<>()).add(record.partition());
            }
        }
        assertThat(byTenant.values()).hasSize(25).allMatch(partitions -> partitions.size() == 1);
        assertThat(byTenant.values().stream().flatMap(Set::stream).distinct()).hasSizeGreaterThan(4);
        // A producer fills a batch before it switches to another partition.
        assertThat(spread).hasSizeGreaterThan(1);
    }

    @Test
    void recordsOfEverySizeAreRoutedAndOneThatFitsNoLaneBecomesADeadLetter() {
        int most = 2_000_000;
        fixture.topics.create("sizes", 1, Map.of("max.message.bytes", Integer.toString(most)));
        for (String lane : List.of("sizes-live", "sizes-backfill")) {
            fixture.topics.create(
                    lane,
                    3,
                    Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", Integer.toString(most)));
        }
        fixture.topics.create(
                "sizes-dead-letters",
                1,
                Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "3000000"));
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        // The test's batches have about 80 bytes of overhead, and the router's have one header more. The headers of the
        // record that is too large take 103 bytes.
        for (int size : new int[] {1, 10, 1000, 100_000, 1_000_000, most - 3000, most - 203, 5}) {
            byte[] value = new byte[size];
            random.nextBytes(value);
            sent.add(new ProducerRecord<>("sizes", null, value));
        }
        sent.get(6).headers().add("traceparent", TRACEPARENT).add("baggage", BAGGAGE);
        sent.forEach(record -> fixture.send("none", record));
        // Small in its compressed batch, but the router's producer checks the uncompressed size.
        fixture.send("zstd", new ProducerRecord<>("sizes", null, new byte[20 << 20]));
        try (Router router = fixture.router("sizes", DEFAULTS)) {
            try {
                fixture.awaitRouted("sizes", RouterFixture.SOON);
            } finally {
                System.out.println(router.process().output());
            }
            awaitCounted(() -> router.metric("sidetrack_router_dead_letters_total{reason=\"too-large\"}"), 1);
            assertThat(router.process().output())
                    .contains("sizes, partition 0, offset 6: sent to the dead-letter topic, reason too-large");
        }
        assertThat(fixture.topics.read("sizes-live"))
                .extracting(record -> record.value().length)
                .containsExactlyInAnyOrder(1, 10, 1000, 100_000, 1_000_000, most - 3000, 5, 20 << 20);
        assertThat(fixture.topics.read("sizes-dead-letters")).singleElement().satisfies(deadLetter -> {
            assertThat(deadLetter.value()).isEqualTo(sent.get(6).value());
            assertThat(List.of(deadLetter.headers().toArray()).subList(0, 2))
                    .containsExactly(sent.get(6).headers().toArray());
            assertThat(deadLetter.headers().lastHeader("sidetrack-reason").value())
                    .isEqualTo("too-large".getBytes(UTF_8));
        });
    }

    @Test
    void recordWithoutATimestampIsRouted() throws Exception {
        fixture.source("timeless", 1);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("timeless", new byte[] {1});
        // Kafka's own producer rejects this timestamp, but brokers accept it from other clients.
        Field timestamp = ProducerRecord.class.getDeclaredField("timestamp");
        timestamp.setAccessible(true);
        timestamp.set(record, -1L);
        fixture.topics.send(List.of(record));
        assertThat(fixture.topics.read("timeless").get(0).timestamp()).isEqualTo(-1);
        try (Router router = fixture.router("timeless", Map.of("ROUTER_BACKFILL_OLDER_THAN_MS", "1000"))) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("timeless-live"))
                    .hasSize(1));
            awaitCounted(() -> router.routed("live", "none"), 1);
        }
        assertThat(fixture.topics
                        .read("timeless-live")
                        .get(0)
                        .headers()
                        .lastHeader("sidetrack-timestamp")
                        .value())
                .isEqualTo("-1".getBytes(UTF_8));
    }

    @Test
    void laneWithCreateTimeAcceptsRecordsFromTheFuture() {
        fixture.topics.create("ahead", 1, Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
        fixture.topics.create("ahead-live", 1, Map.of("retention.ms", "-1"));
        fixture.topics.createLane("ahead-backfill", 1);
        fixture.topics.createLane("ahead-dead-letters", 1);
        Long y2200 = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();
        fixture.topics.send(List.of(new ProducerRecord<>("ahead", 0, y2200, null, new byte[] {1})));
        try (Router router = fixture.router("ahead", DEFAULTS)) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("ahead-live"))
                    .hasSize(1));
            assertThat(router.process().output()).doesNotContain(" ERROR ");
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> plain(String topic, int from, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            records.add(new ProducerRecord<>(
                    topic,
                    ("k" + i % 7).getBytes(UTF_8),
                    ByteBuffer.allocate(4).putInt(i).array()));
        }
        return records;
    }

    private static int number(ConsumerRecord<byte[], byte[]> record) {
        return ByteBuffer.wrap(record.value()).getInt();
    }

    @Test
    void shutdownIsCleanAndHttpShowsTheState() throws Exception {
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
                    .contains("with all work committed")
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
                .as("members left in the group")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "classic, exactly_once_v2",
        "classic, at_least_once",
        "streams, exactly_once_v2",
        "streams, at_least_once",
    })
    void startsRoutesAndStopsCleanlyInBothGroupProtocols(String protocol, String guarantee) {
        String source = "both-" + protocol + "-" + guarantee;
        fixture.source(source, 2);
        fixture.topics.send(plain(source, 0, 500));
        try (Router router = fixture.router(
                source, Map.of("KAFKA_GROUP_PROTOCOL", protocol, "ROUTER_PROCESSING_GUARANTEE", guarantee))) {
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(router.routed("live", "none"))
                    .isEqualTo(500));
            router.process().terminate();
            assertThat(router.process().exitCode(RouterFixture.SOON))
                    .as(() -> router.process().output())
                    .isZero();
            assertThat(router.process().output())
                    .contains("with all work committed")
                    .doesNotContain(" ERROR ");
        }
        assertThat(fixture.topics.read(source + "-live")).hasSize(500);
        assertThat(fixture.topics.lag("router-" + source, source)).isZero();
    }

    /** Waits, because the router counts records after their commit, when they are already visible on the lane. */
    private static void awaitCounted(Supplier<Double> counter, int records) {
        await().atMost(RouterFixture.SOON)
                .untilAsserted(() -> assertThat(counter.get()).isEqualTo(records));
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }
}
