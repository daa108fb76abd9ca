package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The writer's promises, with a real broker and real connections. */
class WriterIT {
    private static final Map<String, String> DEFAULTS = Map.of();
    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @AfterEach
    void healTheTable() {
        fixture.proxy.behave(call -> Fault.none());
    }

    @Test
    void everyRecordIsInTheTableAndAccountedFor() throws IOException {
        fixture.lane("all", 6);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            records.add(put("all", "key-" + i, "{\"id\":\"key-" + i + "\",\"n\":" + i + "}"));
        }
        fixture.topics.send(records);
        try (Writer writer = fixture.writer("all", DEFAULTS)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.metric("sidetrack_writer_records_total"))
                            .isEqualTo(5000));
            String documented = Files.readString(Path.of("..", "docs", "metrics.md"));
            assertThat(ServiceProcess.metrics(writer.port()).keySet())
                    .filteredOn(name -> name.startsWith("sidetrack_"))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(documented).contains(nameOf(name)));
            writer.process().terminate();
            assertThat(writer.process().exitCode(WriterFixture.SOON))
                    .as(() -> writer.process().output())
                    .isZero();
        }
        Map<String, String> table = fixture.table("all");
        assertThat(table).hasSize(5000);
        for (int i = 0; i < 5000; i++) {
            assertThat(table).containsEntry("key-" + i, Integer.toString(i));
        }
        assertThat(fixture.topics.lag("sidetrack-writer-all~all", "all")).isZero();
    }

    @Test
    void lastRecordOfAKeyWinsAndCountersAddUp() {
        fixture.lane("last", 3);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String key = "key-" + i % 7;
            records.add(put("last", key, "{\"id\":\"" + key + "\",\"n\":" + i + "}"));
        }
        records.add(new ProducerRecord<>("last", "key-0".getBytes(UTF_8), null));
        records.add(put("last", "bad", "{\"id\":"));
        fixture.topics.send(records);
        try (Writer writer = fixture.writer("last", DEFAULTS)) {
            await().atMost(WriterFixture.SOON).untilAsserted(() -> {
                assertThat(items(writer, "written") + items(writer, "superseded") + items(writer, "dead_lettered"))
                        .isEqualTo(3002);
                assertThat(items(writer, "dead_lettered")).isEqualTo(1);
            });
        }
        Map<String, String> table = fixture.table("last");
        assertThat(table).hasSize(6).doesNotContainKey("key-0");
        for (int key = 1; key < 7; key++) {
            int last = 2999 - (2999 - key) % 7;
            assertThat(table).containsEntry("key-" + key, Integer.toString(last));
        }
    }

    @Test
    void millionUpdatesOfOneKeyCostFewWrites() {
        fixture.lane("hot", 1);
        // One call at a time, so that reading may take minutes before there are too many.
        fixture.proxy.behave(call -> new Fault.Latency(Duration.ofMillis(300)));
        int records = 1_000_000;
        List<ProducerRecord<byte[], byte[]>> some = new ArrayList<>();
        for (int i = 1; i <= records; i++) {
            some.add(put("hot", "k", "{\"id\":\"k\",\"n\":" + i + "}"));
            if (some.size() == 50_000) {
                fixture.topics.send(some);
                some.clear();
            }
        }
        int before = fixture.proxy.calls("BatchWriteItem");
        try (Writer writer = fixture.writer("hot", DEFAULTS)) {
            await().atMost(WriterFixture.SOON.multipliedBy(2))
                    .untilAsserted(() -> assertThat(items(writer, "written") + items(writer, "superseded"))
                            .isEqualTo(records));
        }
        assertThat(fixture.proxy.calls("BatchWriteItem") - before).isLessThan(records / 1000);
        assertThat(fixture.table("hot")).containsOnly(Map.entry("k", Integer.toString(records)));
    }

    @Test
    void badRecordHarmsNoOtherAndBecomesAWholeDeadLetterWithItsReason() {
        fixture.lane("bad", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            records.add(put("bad", "k" + i, "{\"id\":\"k" + i + "\",\"n\":1}"));
        }
        ProducerRecord<byte[], byte[]> bad =
                new ProducerRecord<>("bad", 0, 1234L, "kb".getBytes(UTF_8), "{\"id\":7}".getBytes(UTF_8));
        byte[] traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(UTF_8);
        byte[] baggage = "tenant=a%20b,request=7;p=1".getBytes(UTF_8);
        bad.headers()
                .add("h", null)
                .add("h", new byte[] {1})
                .add("traceparent", traceparent)
                .add("baggage", baggage);
        records.add(13, bad);
        fixture.topics.send(records);
        try (Writer writer = fixture.writer("bad", DEFAULTS)) {
            await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("bad-dead-letters"))
                    .hasSize(1));
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table("bad")).hasSize(24));
            assertThat(writer.process().output()).doesNotContain("\"id\":7");
        }
        ConsumerRecord<byte[], byte[]> deadLetter =
                fixture.topics.read("bad-dead-letters").get(0);
        assertThat(deadLetter.key()).isEqualTo(bad.key());
        assertThat(deadLetter.value()).isEqualTo(bad.value());
        assertThat(List.of(deadLetter.headers().toArray()).subList(0, 4))
                .containsExactly(bad.headers().toArray());
        assertThat(header(deadLetter, "sidetrack-reason")).isEqualTo("key-wrong-type");
        assertThat(header(deadLetter, "sidetrack-table")).isEqualTo("bad");
        assertThat(header(deadLetter, "__streams.errors.topic")).isEqualTo("bad");
        assertThat(header(deadLetter, "__streams.errors.partition")).isEqualTo("0");
        assertThat(header(deadLetter, "__streams.errors.offset")).isEqualTo("13");
    }

    @Test
    void badRecordsOfEveryKindBecomeDeadLettersAndRecordsAtTheLimitsAreWritten() {
        fixture.lane("limits", 1);
        Map<String, String> bad = new HashMap<>();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        bad(records, bad, "truncated", "not-json", "{\"id\":\"x\",\"n\":".getBytes(UTF_8));
        bad(records, bad, "utf-8", "not-utf8", new byte[] {'{', '"', 'i', 'd', '"', ':', '"', (byte) 0xff, '"', '}'});
        bad(records, bad, "trailing", "not-json", "{\"id\":\"x\"}}".getBytes(UTF_8));
        bad(records, bad, "twice", "duplicate-field", "{\"id\":\"x\",\"id\":\"y\"}".getBytes(UTF_8));
        bad(
                records,
                bad,
                "digits",
                "number-out-of-range",
                ("{\"id\":\"x\",\"n\":" + "1".repeat(39) + "}").getBytes(UTF_8));
        bad(records, bad, "nan", "not-json", "{\"id\":\"x\",\"n\":NaN}".getBytes(UTF_8));
        bad(records, bad, "deep", "too-deep", nested("x", 33));
        bad(records, bad, "deepest", "too-deep", nested("x", 100_000));
        bad(records, bad, "keyless", "key-missing", "{\"n\":1}".getBytes(UTF_8));
        bad(records, bad, "empty", "key-empty", "{\"id\":\"\"}".getBytes(UTF_8));
        bad(records, bad, "type", "key-wrong-type", "{\"id\":1}".getBytes(UTF_8));
        bad(records, bad, "long", "key-too-long", ("{\"id\":\"" + "x".repeat(2049) + "\"}").getBytes(UTF_8));
        bad(records, bad, "array", "not-an-object", "[1]".getBytes(UTF_8));
        bad(records, bad, "large", "item-too-large", sized("x", 409_601));
        bad(records, bad, "bytes", "not-json", new byte[0]);
        records.add(put("limits", "bom", "\uFEFF{\"id\":\"bom\",\"n\":1}"));
        records.add(new ProducerRecord<>("limits", null, nested("nested", 31)));
        records.add(new ProducerRecord<>("limits", null, sized("sized", 409_600)));
        records.add(put("limits", "key", "{\"id\":\"" + "k".repeat(2048) + "\",\"n\":" + "9".repeat(38) + "}"));
        records.add(put("limits", "emoji", "{\"id\":\"\ud83d\ude00\",\"n\":1E-130}"));
        fixture.topics.send(records);
        fixture.topics.send(List.of(new ProducerRecord<>("limits", null, null)));
        try (Writer writer = fixture.writer("limits", DEFAULTS)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(items(writer, "written") + items(writer, "dead_lettered"))
                            .isEqualTo(bad.size() + 6));
        }
        Map<String, String> reasons = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> deadLetter : fixture.topics.read("limits-dead-letters")) {
            reasons.put(
                    deadLetter.key() == null ? "tombstone" : new String(deadLetter.key(), UTF_8),
                    header(deadLetter, "sidetrack-reason"));
        }
        bad.put("tombstone", "key-missing");
        assertThat(reasons).isEqualTo(bad);
        assertThat(fixture.table("limits"))
                .containsOnlyKeys("bom", "nested", "sized", "k".repeat(2048), "\ud83d\ude00")
                .containsEntry("k".repeat(2048), "9".repeat(38));
    }

    private static void bad(
            List<ProducerRecord<byte[], byte[]>> records,
            Map<String, String> expected,
            String key,
            String reason,
            byte[] value) {
        records.add(new ProducerRecord<>("limits", key.getBytes(UTF_8), value));
        expected.put(key, reason);
    }

    private static byte[] nested(String id, int levels) {
        return ("{\"id\":\"" + id + "\",\"n\":1,\"l\":" + "[".repeat(levels) + "]".repeat(levels) + "}")
                .getBytes(UTF_8);
    }

    /** An item of this size as DynamoDB counts it: names and values, 2 bytes for a number of one digit. */
    private static byte[] sized(String id, int bytes) {
        int rest = bytes - 2 - id.length() - 1 - 2 - 1;
        return ("{\"id\":\"" + id + "\",\"n\":1,\"t\":\"" + "x".repeat(rest) + "\"}").getBytes(UTF_8);
    }

    @Test
    void itemsWithASortKeyAndNumericKeysAreWrittenAndDeleted() {
        fixture.topics.createLane("sorted", 1);
        fixture.topics.createLane("sorted-dead-letters", 1);
        fixture.tables.create("sorted", "id", "N", Optional.of("at"), "B");
        fixture.topics.send(List.of(
                put("sorted", "a", "{\"id\":1.0,\"at\":\"AQ==\",\"n\":1}"),
                put("sorted", "b", "{\"id\":1,\"at\":\"Ag==\",\"n\":2}"),
                put("sorted", "c", "{\"id\":1,\"at\":\"AQ==\",\"n\":3}"),
                new ProducerRecord<>("sorted", "{\"id\":1,\"at\":\"Ag==\"}".getBytes(UTF_8), null)));
        try (Writer writer = fixture.writer("sorted", DEFAULTS)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(items(writer, "written") + items(writer, "superseded"))
                            .isEqualTo(4));
        }
        assertThat(fixture.tables.scan("sorted"))
                .singleElement()
                .satisfies(item -> assertThat(item.get("n").n()).isEqualTo("3"));
    }

    @Test
    void everyBatchIsLegal() {
        fixture.lane("legal", 1);
        List<String> illegal = new CopyOnWriteArrayList<>();
        fixture.proxy.behave(call -> {
            if (call.operation().equals("BatchWriteItem")) {
                judge(call.body(), illegal);
            }
            return new Fault.Latency(Duration.ofMillis(5));
        });
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            // 25 of these would be 25 MB, more than BatchWriteItem accepts, and each key occurs twice.
            records.add(new ProducerRecord<>("legal", null, sized("k" + i % 30, 400_000)));
        }
        for (int i = 0; i < 2000; i++) {
            records.add(put("legal", "k", "{\"id\":\"k" + i % 90 + "\",\"n\":" + i + "}"));
        }
        fixture.topics.send(records);
        try (Writer writer = fixture.writer("legal", DEFAULTS)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(items(writer, "written") + items(writer, "superseded"))
                            .isEqualTo(2060));
        }
        assertThat(illegal).isEmpty();
    }

    private static void judge(byte[] body, List<String> illegal) {
        String text = new String(body, UTF_8);
        List<String> keys = Pattern.compile("\"id\":\\{\"S\":\"(k\\d+)\"")
                .matcher(text)
                .results()
                .map(result -> result.group(1))
                .toList();
        if (keys.isEmpty() || keys.size() > 25 || body.length > 16 * 1024 * 1024) {
            illegal.add(keys.size() + " items, " + body.length + " bytes");
        }
        if (new HashSet<>(keys).size() < keys.size()) {
            illegal.add("a key twice in " + keys);
        }
    }

    @Test
    void itemThatDynamoDbRefusesIsFoundAndTheOthersInItsBatchAreWritten() {
        fixture.lane("refused", 1);
        // The endpoint refuses every batch that contains this item, without naming the item.
        fixture.proxy.behave(
                call -> call.operation().equals("BatchWriteItem") && new String(call.body(), UTF_8).contains("poison")
                        ? Fault.invalid()
                        : Fault.none());
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            records.add(put("refused", "k" + i, "{\"id\":\"k" + i + "\",\"n\":1}"));
        }
        records.add(57, put("refused", "poison", "{\"id\":\"poison\",\"n\":1}"));
        fixture.topics.send(records);
        try (Writer writer = fixture.writer("refused", DEFAULTS)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(items(writer, "written")).isEqualTo(100));
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.topics.read("refused-dead-letters"))
                            .hasSize(1));
        }
        ConsumerRecord<byte[], byte[]> deadLetter =
                fixture.topics.read("refused-dead-letters").get(0);
        assertThat(deadLetter.key()).isEqualTo("poison".getBytes(UTF_8));
        assertThat(header(deadLetter, "sidetrack-reason")).isEqualTo("refused-by-table");
        assertThat(fixture.table("refused")).hasSize(100).doesNotContainKey("poison");
    }

    @Test
    void unprocessedItemsAreEventuallyWritten() {
        fixture.lane("unprocessed", 2);
        fixture.proxy.behave(call -> call.operation().equals("BatchWriteItem") && call.number() % 3 != 0
                ? new Fault.Unprocessed(2)
                : Fault.none());
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            records.add(put("unprocessed", "k" + i, "{\"id\":\"k" + i + "\",\"n\":1}"));
        }
        fixture.topics.send(records);
        try (Writer writer = fixture.writer("unprocessed", DEFAULTS)) {
            await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(fixture.table("unprocessed"))
                    .hasSize(500));
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(items(writer, "written")).isEqualTo(500));
            assertThat(writer.metric("sidetrack_writer_retries_total{cause=\"unprocessed\"}"))
                    .isPositive();
        }
    }

    @Test
    void offsetIsNotCommittedBeforeItsWriteIsDurable() {
        fixture.lane("gate", 1);
        fixture.proxy.behave(call -> call.operation().equals("BatchWriteItem") ? Fault.serverError() : Fault.none());
        fixture.topics.send(List.of(put("gate", "k", "{\"id\":\"k\",\"n\":1}")));
        try (Writer writer =
                fixture.writer("gate", Map.of("KAFKA_COMMIT_INTERVAL_MS", "100", "WRITER_DRAIN_TIMEOUT_MS", "200"))) {
            // Several commits have been tried and postponed by now.
            await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(
                            writer.metric("sidetrack_writer_drain_seconds_count{durable=\"false\"}"))
                    .isGreaterThan(3));
            assertThat(fixture.topics.committed("sidetrack-writer-gate~gate").values())
                    .allMatch(offset -> offset == 0);
            assertThat(ServiceProcess.status(writer.port(), "/livez")).isEqualTo(200);
            fixture.proxy.behave(call -> Fault.none());
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.topics.lag("sidetrack-writer-gate~gate", "gate"))
                            .isZero());
            assertThat(fixture.table("gate")).hasSize(1);
            assertThat(fixture.topics.read("gate-dead-letters")).isEmpty();
        }
    }

    /** The documented name of a metric: without labels and without the suffixes of a summary or a timer. */
    private static String nameOf(String metric) {
        return metric.replaceAll("\\{.*", "").replaceAll("_(sum|max)$", "_count");
    }

    private static ProducerRecord<byte[], byte[]> put(String topic, String key, String value) {
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private static double items(Writer writer, String outcome) {
        return writer.metric("sidetrack_writer_items_total{outcome=\"" + outcome + "\"}");
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }
}
