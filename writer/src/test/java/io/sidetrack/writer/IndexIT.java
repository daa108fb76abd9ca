package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.SandboxTables.Index;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items with illegal keys of secondary indexes, and the table's reaction to them. */
class IndexIT {
    private static final Index BY_CITY = new Index("by-city", Map.of("city", "S"), Map.of("size", "N"));
    private static final Index BY_RAW = new Index("by-raw", Map.of("raw", "B"), Map.of());

    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static ProducerRecord<byte[], byte[]> put(String lane, String id, String more) {
        return new ProducerRecord<>(
                lane, id.getBytes(UTF_8), ("{\"id\":\"" + id + "\",\"n\":1" + more + "}").getBytes(UTF_8));
    }

    private static int count(String body, String part) {
        return body.split(part, -1).length - 1;
    }

    @ParameterizedTest
    @CsvSource({"overwrite, BatchWriteItem, PutRequest", "newest-wins, BatchExecuteStatement, Statement\""})
    void itemWithABadIndexKeyBecomesADeadLetterAndItsNeighboursAreWrittenInOneCall(
            String mode, String operation, String item) {
        String lane = "one-call-" + mode;
        lane(lane, List.of(BY_CITY, BY_RAW));
        Queue<Integer> items = new ConcurrentLinkedQueue<>();
        CountDownLatch gate = new CountDownLatch(1);
        fixture.proxy.behave(call -> {
            // The guard puts a single item, without a batch.
            boolean isPut = call.operation().equals("PutItem");
            if (!isPut && !call.operation().equals(operation)) {
                return Fault.none();
            }
            items.add(isPut ? 1 : count(new String(call.body(), UTF_8), item));
            // The first call holds the others back until all records are read.
            return items.size() == 1 ? new Fault.Late(gate, Duration.ofSeconds(50)) : Fault.none();
        });
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        records.add(put(lane, "first", ""));
        for (int i = 0; i < 24; i++) {
            records.add(put(lane, "k" + i, i % 2 == 0 ? "" : ",\"city\":\"c\",\"size\":" + i + ",\"raw\":\"AP8=\""));
        }
        records.add(13, put(lane, "bad", ",\"city\":7"));
        fixture.topics.send(records);
        try (Writer writer = fixture.writer(
                lane,
                Map.of(
                        "WRITER_MODE",
                        mode,
                        "WRITER_FLUSH_INTERVAL_MS",
                        "60000",
                        // A commit would send what has been read so far.
                        "KAFKA_COMMIT_INTERVAL_MS",
                        "600000",
                        "WRITER_REQUEST_TIMEOUT_MS",
                        "60000",
                        "WRITER_MAX_REJECTED_PERCENT",
                        "100"))) {
            await().atMost(WriterFixture.SOON)
                    .until(() -> writer.metric("sidetrack_writer_records_total") == records.size());
            gate.countDown();
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table(lane)).hasSize(25));
            writer.assertCountersAddUp();
            assertThat(writer.metric("sidetrack_writer_request_seconds_count{outcome=\"refused\"}"))
                    .isZero();
        } finally {
            fixture.proxy.behave(call -> Fault.none());
        }
        assertThat(items).containsExactly(1, 24);
        assertThat(fixture.table(lane)).doesNotContainKey("bad");
        assertThat(reasons(lane)).containsExactly("index-key-wrong-type");
    }

    @Test
    void throttledIndexDelaysOnlyItsItemsAndItsReasonIsReported() {
        String lane = "throttled";
        lane(lane, List.of(BY_CITY));
        String resource = "arn:aws:dynamodb:us-east-1:000000000000:table/" + lane + "/index/by-city";
        AtomicBoolean throttles = new AtomicBoolean(true);
        fixture.proxy.behave(call -> {
            String body = new String(call.body(), UTF_8);
            boolean isInIndex = count(body, "PutRequest") == count(body, "\"city\"");
            return throttles.get() && call.operation().equals("BatchWriteItem") && isInIndex
                    ? new Fault.Throttled("IndexWriteProvisionedThroughputExceeded", resource)
                    : Fault.none();
        });
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            records.add(put(lane, "in" + i, ",\"city\":\"c\",\"size\":" + i));
        }
        for (int i = 0; i < 200; i++) {
            records.add(put(lane, "out" + i, ""));
        }
        fixture.topics.send(records);
        try (Writer writer = fixture.writer(lane, Map.of("WRITER_LANE", "backfill"))) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table(lane).keySet())
                            .filteredOn(id -> id.startsWith("out"))
                            .hasSize(200));
            assertThat(writer.metric("sidetrack_writer_throttled_calls_total"
                            + "{reason=\"IndexWriteProvisionedThroughputExceeded\",resource=\"by-city\"}"))
                    .isPositive();
            assertThat(writer.metric("sidetrack_writer_retries_total{cause=\"throttled-index\"}"))
                    .isPositive();
            assertThat(writer.metric("sidetrack_writer_in_flight_limit_batches"))
                    .isEqualTo(50);
            assertThat(writer.process().output()).contains("IndexWriteProvisionedThroughputExceeded of by-city");
            throttles.set(false);
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table(lane)).hasSize(400));
            writer.assertCountersAddUp();
        } finally {
            fixture.proxy.behave(call -> Fault.none());
        }
    }

    @Test
    void dynamoDbRejectsWhatTheWriterCatchesAndAnIndexThatIsAddedLaterIsFoundByHalving() {
        String lane = "later";
        lane(lane, List.of(BY_RAW));
        List<String> bad = List.of(
                ",\"city\":7",
                ",\"city\":null",
                ",\"city\":\"\"",
                ",\"size\":\"7\"",
                ",\"city\":\"" + "c".repeat(2049) + "\"");
        try (Writer writer = fixture.writer(lane, Map.of("WRITER_MAX_REJECTED_PERCENT", "100"))) {
            fixture.tables.addIndex(lane, BY_CITY);
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                records.add(put(lane, "k" + i, ",\"city\":\"c\""));
            }
            for (String more : bad) {
                records.add(put(lane, "bad" + records.size(), more));
            }
            fixture.topics.send(records);
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table(lane)).hasSize(20));
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(
                            () -> assertThat(reasons(lane)).hasSize(bad.size()).containsOnly("refused-by-table"));
            writer.assertCountersAddUp();
            // A killed writer may not have committed these records, and the next one would write those with empty keys.
            writer.process().terminate();
            assertThat(writer.process().exitCode(WriterFixture.SOON)).isZero();
        }
        // After a restart, the writer knows the index.
        fixture.topics.send(List.of(put(lane, "last", ",\"city\":null"), put(lane, "good", "")));
        try (Writer writer = fixture.writer(lane, Map.of("WRITER_EMPTY_INDEX_KEYS", "drop"))) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(
                            () -> assertThat(fixture.table(lane)).hasSize(22).containsKeys("last", "good"));
            assertThat(writer.metric("sidetrack_writer_request_seconds_count{outcome=\"refused\"}"))
                    .isZero();
        }
    }

    private static void lane(String name, List<Index> indexes) {
        fixture.topics.createLane(name, 1);
        fixture.topics.createLane(name + "-dead-letters", 1);
        fixture.tables.create(name, "id", indexes);
    }

    private static List<String> reasons(String lane) {
        List<String> reasons = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> letter : fixture.topics.read(lane + "-dead-letters")) {
            reasons.add(new String(
                    letter.headers().lastHeader(DeadLetterHeaders.REASON).value(), UTF_8));
        }
        return reasons;
    }
}
