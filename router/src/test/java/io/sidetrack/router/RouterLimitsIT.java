package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.sidetrack.router.RouterFixture.Router;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.sandbox.SwellingRecords;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that are too large for their lane, and positions that are out of the source's range. */
@Execution(ExecutionMode.CONCURRENT)
class RouterLimitsIT {
    private static final String THREAD_DIED = "a stream thread died";
    private static final int MB = 1 << 20;
    private static RouterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new RouterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    /** Creates a source for records of 1 MB as they are sent, and lanes that store them with a codec of their own. */
    private static void source(String source, String laneCompression) {
        fixture.topics.create(source, 1, Map.of());
        for (String lane : List.of("-live", "-backfill")) {
            fixture.topics.create(
                    source + lane,
                    1,
                    Map.of("message.timestamp.type", "LogAppendTime", "compression.type", laneCompression));
        }
        fixture.topics.create(
                source + "-dead-letters",
                1,
                Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", Integer.toString(4 * MB)));
    }

    @ParameterizedTest
    @CsvSource({
        "uncompressed, exactly_once_v2",
        "uncompressed, at_least_once",
        "snappy, exactly_once_v2",
    })
    void recordTooLargeInTheLanesOwnCompressionBecomesADeadLetter(String compression, String guarantee) {
        String source = "stored-" + compression + "-" + guarantee;
        source(source, compression);
        List<ProducerRecord<byte[], byte[]>> odd = new ArrayList<>();
        // 3 MB that most codecs compress to 3 KB, 900 KB that no codec compresses, a million bytes in headers.
        odd.add(new ProducerRecord<>(source, new byte[] {1}, new byte[3 * MB]));
        odd.add(new ProducerRecord<>(source, new byte[] {2}, noise(900_000)));
        odd.add(new ProducerRecord<>(source, new byte[] {3}, noise(MB - 200)));
        odd.add(headers(new ProducerRecord<>(source, new byte[] {4}, null), 1, noise(950_000)));
        odd.add(headers(new ProducerRecord<>(source, new byte[] {5}, null), 1, new byte[2 * MB]));
        odd.add(headers(new ProducerRecord<>(source, new byte[] {6}, new byte[1]), 10_000, new byte[200]));
        odd.add(headers(new ProducerRecord<>(source, null, null), 10_000, new byte[0]));
        for (ProducerRecord<byte[], byte[]> record : odd) {
            fixture.topics.send(numbered(source, 0, 50));
            fixture.send("zstd", record);
        }
        // Each of these fits, but a batch with many of them does not, as the lane stores it.
        List<ProducerRecord<byte[], byte[]>> swelling = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            swelling.add(new ProducerRecord<>(source, new byte[] {7}, new byte[100_000]));
        }
        fixture.topics.send(swelling);
        int sent = odd.size() * 51 + swelling.size();
        Map<String, String> settings = Map.of(
                "ROUTER_PROCESSING_GUARANTEE",
                guarantee,
                "KAFKA_COMMIT_INTERVAL_MS",
                "100",
                "KAFKA_BATCH_SIZE",
                "8000000",
                "KAFKA_LINGER_MS",
                "50");
        boolean uncompressed = compression.equals("uncompressed");
        try (Router router = fixture.router(source, settings)) {
            awaitRouted(source, router);
            List<ConsumerRecord<byte[], byte[]>> lane = fixture.topics.read(source + "-live");
            List<ConsumerRecord<byte[], byte[]>> deadLetters = fixture.topics.read(source + "-dead-letters");
            assertThat(lane.size() + deadLetters.size()).isEqualTo(sent);
            assertThat(deadLetters)
                    .extracting(deadLetter ->
                            deadLetter.key() == null ? 0 : deadLetter.key()[0])
                    .as("of these keys")
                    .isSubsetOf(uncompressed ? Set.of((byte) 1, (byte) 3, (byte) 5, (byte) 6) : Set.of((byte) 3));
            if (uncompressed) {
                assertThat(deadLetters).hasSizeGreaterThanOrEqualTo(3);
                assertThat(ServiceProcess.metrics(router.port()).entrySet())
                        .as("batches that had to be split")
                        .anyMatch(metric -> metric.getKey().startsWith("kafka_producer_batch_split_total")
                                && metric.getValue() > 0);
            }
            if (guarantee.equals("exactly_once_v2")) {
                awaitCounted(() -> router.routed("live", "none"), lane.size());
            }
            assertThat(router.process().output()).doesNotContain(THREAD_DIED, "has rejected a record");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "classic, exactly_once_v2",
        "classic, at_least_once",
    })
    void limitLoweredWhileTheRouterRunsCausesDeadLettersAndNoStop(String protocol, String guarantee) throws Exception {
        String source = "lowered-" + protocol + "-" + guarantee;
        source(source, "producer");
        Map<String, String> settings = Map.of(
                "KAFKA_GROUP_PROTOCOL",
                protocol,
                "ROUTER_PROCESSING_GUARANTEE",
                guarantee,
                "KAFKA_COMMIT_INTERVAL_MS",
                "100");
        try (Router router = fixture.router(source, settings)) {
            fixture.topics.send(numbered(source, 0, 10));
            awaitRouted(source, router);
            limit(source + "-live", 100_000);
            // A single large record, which Streams itself sends because it is the first of its transaction.
            fixture.send("none", new ProducerRecord<>(source, new byte[] {'L'}, noise(200_000)));
            awaitRouted(source, router);
            assertThat(fixture.topics.read(source + "-dead-letters")).hasSize(1);
            limit(source + "-live", 50_000);
            // Several large records among others, shortly after a lookup.
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                records.addAll(numbered(source, 10 + i, 1));
                if (i % 500 == 250) {
                    records.add(new ProducerRecord<>(source, new byte[] {'L'}, noise(80_000)));
                }
            }
            fixture.topics.send(records);
            awaitRouted(source, router);

            boolean once = guarantee.equals("exactly_once_v2");
            List<Integer> deadLetters = fixture.topics.read(source + "-dead-letters").stream()
                    .map(deadLetter -> deadLetter.value().length)
                    .toList();
            assertThat(deadLetters).contains(200_000, 80_000);
            if (once) {
                assertThat(deadLetters).containsExactly(200_000, 80_000, 80_000, 80_000, 80_000);
            }
            List<ConsumerRecord<byte[], byte[]>> lane = fixture.topics.read(source + "-live").stream()
                    .filter(record -> record.value().length == Integer.BYTES)
                    .toList();
            assertNumbersInOrder(lane, 2010, once);
            if (once) {
                // Records of aborted transactions are not counted.
                awaitCounted(() -> router.routed("live", "none"), 2010);
                awaitCounted(() -> router.metric("sidetrack_router_dead_letters_total{reason=\"too-large\"}"), 5);
            }
            requireReducedDeadLetters(source, router, once);
            assertThat(router.process().output())
                    .contains("has rejected a record")
                    .doesNotContain(THREAD_DIED);
        }
    }

    /** The dead-letter topic also rejects records that its known limits permit: each smaller form requires another read. */
    private static void requireReducedDeadLetters(String source, Router router, boolean once) throws Exception {
        limit(source + "-dead-letters", 20_000);
        fixture.send("none", new ProducerRecord<>(source, new byte[] {'R'}, noise(70_000)));
        fixture.topics.send(numbered(source, 2010, 5));
        awaitRouted(source, router);
        List<ConsumerRecord<byte[], byte[]>> reduced = fixture.topics.read(source + "-dead-letters").stream()
                .filter(deadLetter -> deadLetter.headers().lastHeader("sidetrack-reduced") != null)
                .toList();
        assertThat(reduced).isNotEmpty();
        assertThat(reduced.size()).isLessThanOrEqualTo(once ? 1 : reduced.size());
        assertThat(new String(
                        reduced.get(0)
                                .headers()
                                .lastHeader("sidetrack-value-bytes")
                                .value(),
                        UTF_8))
                .isEqualTo("70000");
        assertThat(fixture.topics.read(source + "-live").stream()
                        .filter(record -> record.value().length == Integer.BYTES))
                .extracting(RouterLimitsIT::number)
                .contains(2010, 2014);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void recordsDeletedUnreadAreReportedAndTheRestIsRouted(String protocol) throws Exception {
        String source = "deleted-" + protocol;
        fixture.source(source, 1);
        Map<String, String> settings = Map.of("KAFKA_GROUP_PROTOCOL", protocol);
        routeAndStop(source, settings, 0, 100);
        fixture.topics.send(numbered(source, 100, 100));
        TopicPartition partition = new TopicPartition(source, 0);
        fixture.topics
                .admin()
                .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(150)))
                .all()
                .get();
        try (Router router = fixture.router(source, settings)) {
            awaitRouted(source, router);
            assertThat(router.metric("sidetrack_router_lost_offsets_total")).isEqualTo(50);
            assertThat(router.process().output())
                    .contains(source + ", partition 0: offsets 100 to 149 were deleted before the router read them")
                    .doesNotContain(THREAD_DIED);
            assertThat(fixture.topics.read(source + "-live"))
                    .extracting(RouterLimitsIT::number)
                    .hasSize(150)
                    .startsWith(0)
                    .contains(99)
                    .doesNotContain(100, 149)
                    .endsWith(150 + 49);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "classic")
    void truncatedLogStopsTheRouterAndIsNotRoutedAgain(String protocol) throws Exception {
        String source = "truncated-" + protocol;
        fixture.source(source, 1);
        Map<String, String> settings = Map.of("KAFKA_GROUP_PROTOCOL", protocol);
        routeAndStop(source, settings, 0, 50);
        // As after an unclean election, or in a restored cluster: the log ends before the committed offset.
        fixture.topics
                .admin()
                .alterConsumerGroupOffsets(
                        "router-" + source, Map.of(new TopicPartition(source, 0), new OffsetAndMetadata(100)))
                .all()
                .get();
        try (ServiceProcess process = fixture.start(source, settings)) {
            assertThat(process.exitCode(RouterFixture.SOON)).isEqualTo(1);
            assertThat(process.output())
                    .contains(
                            source + ", partition 0: the router has read up to offset 100, but the log ends at 50",
                            "--to-offset 50")
                    .doesNotContain(THREAD_DIED);
        }
        assertThat(fixture.topics.read(source + "-live")).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(strings = "classic")
    void recreatedTopicIsRoutedFromItsBeginning(String protocol) throws Exception {
        String source = "again-" + protocol;
        fixture.source(source, 1);
        Map<String, String> settings = Map.of("KAFKA_GROUP_PROTOCOL", protocol);
        routeAndStop(source, settings, 0, 100);
        fixture.topics.admin().deleteTopics(List.of(source)).all().get();
        // The group's offsets are deleted together with the topic.
        await().atMost(RouterFixture.SOON)
                .until(() -> fixture.topics.committed("router-" + source).isEmpty());
        fixture.topics.create(source, 1, Map.of());
        fixture.topics.send(numbered(source, 100, 30));
        try (Router router = fixture.router(source, settings)) {
            awaitRouted(source, router);
            assertThat(router.process().output()).doesNotContain(THREAD_DIED, " ERROR ");
        }
        assertNumbersInOrder(fixture.topics.read(source + "-live"), 130, true);
    }

    /** Sends records, lets a router route them, and stops it. */
    private static void routeAndStop(String source, Map<String, String> settings, int from, int count) {
        fixture.topics.send(numbered(source, from, count));
        try (Router router = fixture.router(source, settings)) {
            awaitRouted(source, router);
            router.process().terminate();
            assertThat(router.process().exitCode(RouterFixture.SOON)).isZero();
        }
        assertThat(fixture.topics.read(source + "-live")).hasSize(count);
    }

    /** Waits, because the router counts records after their commit, when their offset is already visible. */
    private static void awaitCounted(Supplier<Double> counter, int records) {
        await().atMost(RouterFixture.SOON)
                .untilAsserted(() -> assertThat(counter.get()).isEqualTo(records));
    }

    private static void awaitRouted(String source, Router router) {
        awaitRouted(source, router, RouterFixture.SOON);
    }

    private static void awaitRouted(String source, Router router, Duration atMost) {
        try {
            fixture.awaitRouted(source, atMost);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(router.process().output(), e);
        }
    }

    /** Lowers max.message.bytes, and returns when the broker rejects larger records. */
    private static void limit(String topic, int maxMessageBytes) throws Exception {
        fixture.topics
                .admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("max.message.bytes", Integer.toString(maxMessageBytes)),
                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
        ProducerRecord<byte[], byte[]> probe = new ProducerRecord<>(topic, noise(maxMessageBytes + 1000));
        await().atMost(RouterFixture.SOON).until(() -> catchThrowable(() -> fixture.send("none", probe)) != null);
    }

    /** One fetch of 1 MB contains all 160 MB of a partition's records: one poll could return three times the heap. */
    @Test
    void highlyCompressedRecordsFitIntoTheHeapOfTheFormula() {
        String source = "swelling";
        List<String> codecs = List.of("lz4", "gzip", "zstd");
        int ofEach = 160;
        fixture.source(source, codecs.size());
        SwellingRecords records = new SwellingRecords(fixture.broker.bootstrapServers(), MB);
        for (String codec : codecs) {
            records.send(source, codecs.indexOf(codec), codec, ofEach);
        }
        int pollMb = 32;
        // docs/sizing.md, "Memory": the JVM, a thread's unprocessed records and one more, the producer, the fetched
        // batches.
        int formulaMb = 96 + (pollMb + 2) + 32 + codecs.size();
        Map<String, String> settings = Map.of("ROUTER_POLL_BYTES", Integer.toString(pollMb * MB));
        try (Router router = fixture.router(source, formulaMb, settings)) {
            // 480 MB pass through the broker and the router: more than SOON on a busy machine.
            awaitRouted(source, router, RouterFixture.SOON.multipliedBy(4));
            assertThat(router.process().output()).doesNotContain(THREAD_DIED, "Deserializers with error");
        }
        assertThat(records.read(source + "-live"))
                .hasSize(codecs.size() * ofEach)
                .allSatisfy((key, times) -> assertThat(times).isEqualTo(1));
    }

    private static List<ProducerRecord<byte[], byte[]>> numbered(String topic, int from, int count) {
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

    /** All numbers are there in the order of their keys, and each of them once if {@code once}. */
    private static void assertNumbersInOrder(List<ConsumerRecord<byte[], byte[]>> records, int count, boolean once) {
        Set<Integer> numbers = new HashSet<>();
        Map<String, Integer> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            boolean isNew = numbers.add(number(record));
            assertThat(isNew || !once).as("%d comes once", number(record)).isTrue();
            Integer before = isNew ? last.put(new String(record.key(), UTF_8), number(record)) : null;
            assertThat(before == null || before < number(record))
                    .as("%s before %d", before, number(record))
                    .isTrue();
        }
        assertThat(numbers).hasSize(count);
    }

    private static ProducerRecord<byte[], byte[]> headers(
            ProducerRecord<byte[], byte[]> record, int count, byte[] value) {
        for (int i = 0; i < count; i++) {
            record.headers().add("header-" + i, value);
        }
        return record;
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(noise);
        return noise;
    }
}
