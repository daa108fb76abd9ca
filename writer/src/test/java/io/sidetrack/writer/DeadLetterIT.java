package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.sandbox.SwellingRecords;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever producers send and whatever the dead-letter topic accepts, the dead letter arrives and the lane continues. */
class DeadLetterIT {
    /** The default of {@code max.message.bytes}, which limits a batch: 70 bytes more than its single record. */
    private static final int TOPIC_LIMIT = 1_048_588;

    /** Too little for the headers of a dead letter, but enough for a record without them. */
    private static final int MARGIN = 250;

    private static final byte[] BAD = "[1]".getBytes(UTF_8);
    private static final long SEED = WriterFixture.seed("dead letters");

    private static WriterFixture fixture;
    private static KafkaProducer<byte[], byte[]> producer;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        fixture.bootstrapServers,
                        "compression.type",
                        "lz4",
                        "max.request.size",
                        64 << 20,
                        "buffer.memory",
                        64 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        fixture.close();
    }

    @Test
    void deliversRecordsOfEverySizeThatATopicWithDefaultLimitsCanHold() throws Exception {
        fixture.lane("sizes", 1);
        byte[] compressible = ("{\"id\":\"big\",\"x\":\"" + "a".repeat(1_600_000) + "\"}").getBytes(UTF_8);
        byte[] incompressible = random(TOPIC_LIMIT - MARGIN);
        byte[] hugeKey = random(TOPIC_LIMIT - MARGIN);
        byte[] beyondTheProducer = ("{\"id\":\"x\",\"x\":\"" + "a".repeat(40_000_000) + "\"}").getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> manyHeaders = record("sizes", "many-headers", BAD);
        ProducerRecord<byte[], byte[]> largeHeaders = record("sizes", "large-headers", BAD);
        for (int i = 0; i < 10_000; i++) {
            manyHeaders.headers().add("h" + i, new byte[] {(byte) i});
            largeHeaders.headers().add("h" + i, random(96));
        }
        largeHeaders.headers().add("rest", random(TOPIC_LIMIT - batchBytes(largeHeaders) - 100));
        List<ProducerRecord<byte[], byte[]>> odd = List.of(
                record("sizes", "compressible", compressible),
                record("sizes", "incompressible", incompressible),
                new ProducerRecord<>("sizes", hugeKey, BAD),
                manyHeaders,
                largeHeaders,
                record("sizes", "beyond", beyondTheProducer));

        Map<String, ConsumerRecord<byte[], byte[]>> deadLettersByOffset = deliver("sizes", odd, Map.of());

        assertThat(deadLettersByOffset.get("0").value()).isEqualTo(compressible);
        assertThat(header(deadLettersByOffset.get("0"), "sidetrack-reduced")).isNull();

        assertThat(deadLettersByOffset.get("2").key()).isEqualTo("incompressible".getBytes(UTF_8));
        assertThat(deadLettersByOffset.get("2").value()).hasSize(1024).isEqualTo(firstBytes(incompressible));
        assertThat(header(deadLettersByOffset.get("2"), "sidetrack-reduced")).isEqualTo("value");
        assertThat(header(deadLettersByOffset.get("2"), "sidetrack-value-bytes"))
                .isEqualTo("" + incompressible.length);
        assertThat(header(deadLettersByOffset.get("2"), "sidetrack-reason")).isEqualTo("not-utf8");

        assertThat(deadLettersByOffset.get("4").key()).isNull();
        assertThat(deadLettersByOffset.get("4").value()).isEqualTo(BAD);
        assertThat(header(deadLettersByOffset.get("4"), "sidetrack-reduced")).isEqualTo("key");
        assertThat(header(deadLettersByOffset.get("4"), "sidetrack-key-bytes")).isEqualTo("" + hugeKey.length);

        assertThat(deadLettersByOffset.get("6").headers().toArray()).hasSizeGreaterThan(10_000);
        assertThat(header(deadLettersByOffset.get("6"), "sidetrack-reduced")).isNull();

        assertThat(deadLettersByOffset.get("8").key()).isEqualTo("large-headers".getBytes(UTF_8));
        assertThat(header(deadLettersByOffset.get("8"), "h1")).isNull();
        assertThat(header(deadLettersByOffset.get("8"), "sidetrack-reduced")).isEqualTo("headers");

        assertThat(header(deadLettersByOffset.get("10"), "sidetrack-value-bytes"))
                .isEqualTo("" + beyondTheProducer.length);
    }

    @Test
    void deliversToTopicThatStoresRecordsUncompressed() throws Exception {
        topics("uncompressed", Map.of(), Map.of("compression.type", "uncompressed"));
        byte[] value = ("{\"id\":\"big\",\"x\":\"" + "a".repeat(1_600_000) + "\"}").getBytes(UTF_8);

        Map<String, ConsumerRecord<byte[], byte[]>> deadLettersByOffset =
                deliver("uncompressed", List.of(record("uncompressed", "k", value)), Map.of());

        assertThat(deadLettersByOffset.get("0").value()).isEqualTo(firstBytes(value));
        assertThat(header(deadLettersByOffset.get("0"), "sidetrack-reduced")).isEqualTo("value");
    }

    @Test
    void deliversToTopicThatAcceptsSmallRecordsOnly() throws Exception {
        topics("small", Map.of(), Map.of("max.message.bytes", "2000"));
        List<ProducerRecord<byte[], byte[]>> odd =
                List.of(record("small", "fits", BAD), new ProducerRecord<>("small", random(1000), random(1500)));

        Map<String, ConsumerRecord<byte[], byte[]>> deadLettersByOffset = deliver("small", odd, Map.of());

        assertThat(header(deadLettersByOffset.get("0"), "sidetrack-reduced")).isNull();
        assertThat(deadLettersByOffset.get("2").key()).isEqualTo("small/0/2".getBytes(UTF_8));
        assertThat(deadLettersByOffset.get("2").value()).isEmpty();
        assertThat(header(deadLettersByOffset.get("2"), "sidetrack-reduced")).isEqualTo("key,value,headers");
    }

    @Test
    void deliversToTopicWhoseSegmentsAreSmallerThanTheRecord() throws Exception {
        topics(
                "segments",
                Map.of("max.message.bytes", "3000000"),
                Map.of("max.message.bytes", "3000000", "segment.bytes", "1048576"));
        byte[] value = random(1_500_000);

        Map<String, ConsumerRecord<byte[], byte[]>> deadLettersByOffset =
                deliver("segments", List.of(record("segments", "k", value)), Map.of());

        assertThat(deadLettersByOffset.get("0").value()).isEqualTo(firstBytes(value));
    }

    @Test
    void deliversWithEveryKafkaSettingThatCouldPreventIt() throws Exception {
        fixture.lane("variables", 1);
        byte[] value = ("{\"id\":\"big\",\"x\":\"" + "a".repeat(1_600_000) + "\"}").getBytes(UTF_8);

        Map<String, ConsumerRecord<byte[], byte[]>> deadLettersByOffset = deliver(
                "variables",
                List.of(record("variables", "k", value)),
                Map.of(
                        "KAFKA_MAX_REQUEST_SIZE", "1000",
                        "KAFKA_BUFFER_MEMORY", "40000",
                        "KAFKA_LINGER_MS", "90000"));

        assertThat(deadLettersByOffset.get("0").value()).isEqualTo(value);
    }

    @Test
    void deliversRecordWithoutKeyToTopicThatIsCompactedWhileTheWriterRuns() throws Exception {
        topics("compacted", Map.of(), Map.of());
        try (Writer writer = fixture.writer("compacted", Map.of("WRITER_MAX_REJECTED_PERCENT", "100"))) {
            alter("compacted-dead-letters", "cleanup.policy", "compact");
            send(List.of(new ProducerRecord<>("compacted", null, BAD), neighbour("compacted", 1)));
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table("compacted")).hasSize(1));
            awaitCommitted("compacted", writer);
        }
        assertThat(fixture.topics.read("compacted-dead-letters"))
                .singleElement()
                .satisfies(deadLetter -> {
                    assertThat(deadLetter.key()).isEqualTo("compacted/0/0".getBytes(UTF_8));
                    assertThat(header(deadLetter, "sidetrack-reason")).isEqualTo("not-an-object");
                });
    }

    @Test
    void logsTheRemedyForATopicThatAcceptsNoFormAndDeliversAfterwards() throws Exception {
        topics("absurd", Map.of(), Map.of("max.message.bytes", "200"));
        send(List.of(record("absurd", "bad", BAD), neighbour("absurd", 0)));
        try (Writer writer = fixture.writer("absurd", Map.of("WRITER_MAX_REJECTED_PERCENT", "100"))) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.process().output())
                            .contains("raise max.message.bytes of absurd-dead-letters"));
            assertThat(fixture.topics.read("absurd-dead-letters")).isEmpty();
            alter("absurd-dead-letters", "max.message.bytes", "100000");
            awaitCommitted("absurd", writer);
        }
        assertThat(fixture.topics.read("absurd-dead-letters")).singleElement().satisfies(deadLetter -> assertThat(
                        header(deadLetter, "sidetrack-reduced"))
                .isNull());
    }

    /** A fetch of 256 kB returns all records of a partition, 120 MB: together, more than the heap. */
    @Test
    void highlyCompressedRecordsFitIntoTheDocumentedHeap() throws Exception {
        String lane = "swelling";
        List<String> codecs = List.of("lz4", "gzip", "zstd");
        int ofEach = 120;
        fixture.lane(lane, codecs.size());
        SwellingRecords records = new SwellingRecords(fixture.bootstrapServers, 1 << 20);
        for (String codec : codecs) {
            records.send(lane, codecs.indexOf(codec), codec, ofEach);
        }
        send(List.of(neighbour(lane, 1)));
        int pollMb = 32;
        int bufferMb = 32;
        // docs/sizing.md, "Memory": the JVM, the buffer and its requests, the records that a thread reads and one
        // beyond
        // them, the dead letters, and the fetched data.
        int formulaMb = 96 + 2 * bufferMb + (pollMb + 2) + 32 + codecs.size();
        Map<String, String> settings = Map.of(
                "WRITER_MAX_REJECTED_PERCENT",
                "100",
                "WRITER_BUFFER_BYTES",
                Integer.toString(bufferMb << 20),
                "WRITER_POLL_BYTES",
                Integer.toString(pollMb << 20));
        try (Writer writer = fixture.writer(lane, formulaMb, settings)) {
            // 360 MB pass through the broker, and 360 MB of dead letters back to it: more than SOON on a busy machine.
            awaitCommitted(lane, writer, WriterFixture.SOON.multipliedBy(4));
            assertThat(writer.process().output()).doesNotContain("Deserializers with error");
        }
        assertThat(records.read(lane + "-dead-letters")).hasSize(codecs.size() * ofEach);
        assertThat(fixture.table(lane)).hasSize(1);
    }

    private static void alter(String topic, String config, String value) throws Exception {
        fixture.topics
                .admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(config, value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** Creates a lane, its dead-letter topic and its table. */
    private static void topics(String name, Map<String, String> lane, Map<String, String> deadLetters) {
        fixture.topics.create(name, 1, withAppendTime(lane));
        fixture.topics.create(name + "-dead-letters", 1, withAppendTime(deadLetters));
        fixture.tables.create(name, "id");
    }

    private static Map<String, String> withAppendTime(Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(Map.of("message.timestamp.type", "LogAppendTime"));
        all.putAll(configs);
        return all;
    }

    /**
     * Sends unwritable records, each followed by a writable one, and waits until all of them are committed.
     *
     * @return the dead lettersByOffset, by the offset of their record
     */
    private Map<String, ConsumerRecord<byte[], byte[]>> deliver(
            String lane, List<ProducerRecord<byte[], byte[]>> odd, Map<String, String> settings) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : odd) {
            records.add(record);
            records.add(neighbour(lane, records.size()));
        }
        send(records);
        Map<String, String> all = new HashMap<>(settings);
        all.put("WRITER_MAX_REJECTED_PERCENT", "100");
        try (Writer writer = fixture.writer(lane, all)) {
            awaitCommitted(lane, writer);
            assertThat(writer.process().output()).doesNotContain("not accepted by");
            assertThat(ServiceProcess.status(writer.port(), "/livez")).isEqualTo(200);
        }
        assertThat(fixture.table(lane)).hasSize(odd.size());
        Map<String, ConsumerRecord<byte[], byte[]>> deadLettersByOffset = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> deadLetter : fixture.topics.read(lane + "-dead-letters")) {
            deadLettersByOffset.put(header(deadLetter, "__streams.errors.offset"), deadLetter);
        }
        assertThat(deadLettersByOffset).hasSameSizeAs(odd);
        return deadLettersByOffset;
    }

    private static void awaitCommitted(String lane, Writer writer) {
        awaitCommitted(lane, writer, WriterFixture.SOON);
    }

    private static void awaitCommitted(String lane, Writer writer, Duration atMost) {
        await().atMost(atMost)
                .untilAsserted(() -> assertThat(fixture.topics.lag(DefaultNames.writerGroup(lane, lane), lane))
                        .as(() -> writer.process().output())
                        .isZero());
        assertThat(writer.metric("sidetrack_writer_paused")).isZero();
        assertThat(writer.metric("sidetrack_writer_buffered_records")).isZero();
    }

    /** Sends each record in its own batch, so that it can be as large as a topic accepts. */
    private static void send(List<ProducerRecord<byte[], byte[]>> records) throws InterruptedException {
        for (ProducerRecord<byte[], byte[]> record : records) {
            try {
                producer.send(record).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the lane rejected a record", e);
            }
        }
    }

    /** The size of a batch with one record, as the lane receives it. */
    private static int batchBytes(ProducerRecord<byte[], byte[]> record) {
        SimpleRecord content = new SimpleRecord(
                0, record.key(), record.value(), record.headers().toArray());
        return MemoryRecords.withRecords(Compression.lz4().build(), content).sizeInBytes();
    }

    private byte[] random(int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return some;
    }

    private static byte[] firstBytes(byte[] value) {
        return Arrays.copyOf(value, 1024);
    }

    private static ProducerRecord<byte[], byte[]> neighbour(String lane, int n) {
        return record(lane, "n" + n, ("{\"id\":\"n" + n + "\",\"n\":1}").getBytes(UTF_8));
    }

    private static ProducerRecord<byte[], byte[]> record(String lane, String key, byte[] value) {
        return new ProducerRecord<>(lane, key.getBytes(UTF_8), value);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }
}
