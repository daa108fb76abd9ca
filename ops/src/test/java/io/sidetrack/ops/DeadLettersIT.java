package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters on a real broker: replayed once each, or named. */
class DeadLettersIT {
    private static final byte[] KEY = "key".getBytes(UTF_8);
    /** Fits a topic with default limits only if it is compressed. */
    private static final byte[] LARGE = ("{\"x\":\"" + "\u20ac".repeat(600_000) + "\"}").getBytes(UTF_8);

    private static SandboxBroker broker;
    private static SandboxTopics topics;
    private static Tool tool;

    @BeforeAll
    static void start() {
        broker = SandboxBroker.start();
        topics = new SandboxTopics(broker.bootstrapServers());
        tool = new Tool(broker);
    }

    @AfterAll
    static void stop() {
        topics.close();
        broker.close();
    }

    private static void sendCompressed(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "compression.type",
                "lz4",
                "max.request.size",
                10_000_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the record was rejected", e);
        }
    }

    /** A letter as the writer sends it when its topic accepts small records only. */
    private static ProducerRecord<byte[], byte[]> reduced(
            String letters, String origin, int partition, long offset, byte[] key, byte[] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(letters, 0, key, Arrays.copyOf(value, Math.min(value.length, 1024)));
        record.headers().add(DeadLetterHeaders.ATTEMPT, "2".getBytes(UTF_8));
        DeadLetterHeaders.add(record.headers(), "X", "m", origin, partition, offset, "item-too-large");
        Reduction.of("value,headers", key, value).addTo(record.headers());
        return record;
    }

    @Test
    void replaysTheRecordThatTheLetterCameFrom() throws Exception {
        topics.createLane("kept", 1);
        topics.createLane("kept-letters", 1);
        ProducerRecord<byte[], byte[]> original = new ProducerRecord<>("kept", 0, 1234L, KEY, LARGE);
        original.headers().add("h", null).add("h", new byte[] {1}).add("sidetrack-attempt", "2".getBytes(UTF_8));
        sendCompressed(original);
        topics.send(List.of(reduced("kept-letters", "kept", 0, 0, KEY, LARGE)));

        assertThat(tool.run("dead-letters", "show", "0:0", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("reduced   value,headers")
                .contains("had key   3 bytes, SHA-256 ")
                .contains("had value 1,800,008 bytes, SHA-256 ")
                .contains("key       key")
                .contains("value     {\"x\":\"\u20ac\u20ac")
                .contains("\u20ac ...");
        assertThat(tool.run("dead-letters", "list", "--topic", "kept-letters", "--each")
                        .assertDone()
                        .out())
                .contains("replayed 2 times before, reduced");
        assertThat(tool.run("dead-letters", "replay", "--live", "kept", "--topic", "kept-letters", "--dry-run")
                        .assertDone()
                        .out())
                .contains("would replay 1 to kept");
        assertThat(tool.run("dead-letters", "replay", "--live", "kept", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("replayed 1 to kept");

        List<ConsumerRecord<byte[], byte[]>> lane = topics.read("kept");
        assertThat(lane).hasSize(2);
        ConsumerRecord<byte[], byte[]> replayed = lane.get(1);
        assertThat(replayed.key()).isEqualTo(KEY);
        assertThat(replayed.value()).isEqualTo(LARGE);
        assertThat(Arrays.stream(replayed.headers().toArray()).map(Header::key))
                .containsExactly("h", "h", "sidetrack-timestamp", "sidetrack-attempt");
        assertThat(replayed.headers().lastHeader("sidetrack-timestamp").value())
                .isEqualTo(Long.toString(lane.get(0).timestamp()).getBytes(UTF_8));
        assertThat(replayed.headers().lastHeader("sidetrack-attempt").value()).isEqualTo("3".getBytes(UTF_8));
        assertThat(tool.run("dead-letters", "replay", "--live", "kept", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("nothing to replay");
    }

    @Test
    void refusesLetterWhoseRecordIsGoneAndReplaysTheOthers() throws Exception {
        topics.createLane("lost", 1);
        topics.createLane("lost-letters", 1);
        byte[] other = "other".getBytes(UTF_8);
        topics.send(List.of(
                new ProducerRecord<>("lost", 0, KEY, KEY),
                new ProducerRecord<>("lost", 0, KEY, other),
                new ProducerRecord<>("lost", 0, KEY, KEY)));
        topics.admin()
                .deleteRecords(Map.of(new TopicPartition("lost", 0), RecordsToDelete.beforeOffset(1)))
                .all()
                .get();
        ProducerRecord<byte[], byte[]> whole = new ProducerRecord<>("lost-letters", 0, KEY, other);
        DeadLetterHeaders.add(whole.headers(), "X", "m", "lost", 0, 1, "not-json");
        topics.send(List.of(
                reduced("lost-letters", "lost", 0, 0, KEY, KEY),
                reduced("lost-letters", "lost", 0, 1, KEY, KEY),
                reduced("lost-letters", "lost", 0, 2, KEY, KEY),
                reduced("lost-letters", "lost", 0, 9, KEY, KEY),
                reduced("lost-letters", "lost", 7, 0, KEY, KEY),
                reduced("lost-letters", "deleted", 0, 0, KEY, KEY),
                whole));

        Tool.Ended ended = tool.run(
                "dead-letters", "replay", "--topic", "lost-letters", "--live", "lost", "--backfill", "deleted");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("replayed 2 to lost").contains("refused 5");
        assertThat(ended.err().lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("sidetrack: dead letter 0:"))
                .anyMatch(line -> line.contains("0:0 ")
                        && line.contains("lost, partition 0, offset 0")
                        && line.contains("deleted, the first offset is 1"))
                .anyMatch(line -> line.contains("0:1 ") && line.contains("another record"))
                .anyMatch(line -> line.contains("0:3 ") && line.contains("ends at offset 3"))
                .anyMatch(line -> line.contains("0:4 ") && line.contains("only 1 partitions"))
                .anyMatch(line -> line.contains("0:5 ") && line.contains("does not exist"));
        assertThat(topics.read("lost")).hasSize(4);
        Tool.Ended again = tool.run(
                "dead-letters",
                "replay",
                "--topic",
                "lost-letters",
                "--live",
                "lost",
                "--backfill",
                "deleted",
                "--dry-run");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out()).contains("refused 5").doesNotContain("would replay");
    }

    /** A letter as a service writes it. */
    private static ProducerRecord<byte[], byte[]> letter(String topic, int partition, String origin, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, value, value);
        DeadLetterHeaders.add(record.headers(), "X", "m", origin, 0, 0, "not-json");
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<String> values(String topic) {
        return topics.read(topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    private static Tool.Ended replay(String topic, String... more) {
        List<String> all = new ArrayList<>(List.of("dead-letters", "replay", "--topic", topic));
        all.addAll(List.of(more));
        return tool.run(all.toArray(String[]::new));
    }

    @Test
    void twoReplaysAtOnceRepeatNothing() throws Exception {
        int count = 8_000;
        topics.createLane("twice", 1);
        topics.createLane("twice-dead-letters", 2);
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            letters.add(letter("twice-dead-letters", i % 2, "twice", bytes(Integer.toString(i))));
        }
        topics.send(letters);
        List<CompletableFuture<Tool.Ended>> replays = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            replays.add(CompletableFuture.supplyAsync(() -> replay("twice-dead-letters")));
            // The second one begins in the middle of the first.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> topics.ends("twice").values().iterator().next() > 0);
        }
        for (CompletableFuture<Tool.Ended> replay : replays) {
            Tool.Ended ended = replay.get();
            if (ended.code() != 0) {
                ended.assertRefused(1, "then another replay of twice-dead-letters took over");
            }
        }
        replay("twice-dead-letters").assertDone();

        assertThat(values("twice")).hasSize(count).doesNotHaveDuplicates();
        assertThat(replay("twice-dead-letters").assertDone().out()).contains("nothing to replay");
    }

    @Test
    void markBehindAnOpenTransactionIsSeen() throws Exception {
        topics.createLane("open", 1);
        topics.createLane("open-dead-letters", 1);
        topics.send(List.of(letter("open-dead-letters", 0, "open", bytes("a"))));
        CompletableFuture<Tool.Ended> replay;
        try (Transactions router = new Transactions(broker, "some-router").begin("open-dead-letters", 1, 1);
                Transactions other = new Transactions(broker, "sidetrack-replay-open-dead-letters")) {
            other.send(new ProducerRecord<>("open", bytes("a")), mark("open-dead-letters", "0:0"));
            int epoch = epoch("sidetrack-replay-open-dead-letters");
            replay = CompletableFuture.supplyAsync(() -> replay("open-dead-letters"));
            await().atMost(Duration.ofSeconds(60)).until(() -> epoch("sidetrack-replay-open-dead-letters") != epoch);
            router.commit();
        }
        replay.get();

        assertThat(values("open")).containsExactly("a");
    }

    private static ProducerRecord<byte[], byte[]> mark(String topic, String place) {
        ProducerRecord<byte[], byte[]> mark = new ProducerRecord<>(topic, 0, null, null);
        mark.headers().add("sidetrack-replayed", bytes(place));
        return mark;
    }

    private static int epoch(String id) {
        try {
            return topics.admin()
                    .describeTransactions(List.of(id))
                    .description(id)
                    .get()
                    .producerEpoch();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(id, e);
        }
    }

    @Test
    void headersOfAProducerNeitherMarkNorHideALetter() {
        topics.createLane("forged", 1);
        topics.createLane("forged-dead-letters", 1);
        ProducerRecord<byte[], byte[]> victim = letter("forged-dead-letters", 0, "forged", bytes("victim"));
        // A tombstone without a key, as the writer writes it to the dead letters.
        ProducerRecord<byte[], byte[]> forger = mark("forged-dead-letters", "0:0");
        forger.headers().add(DeadLetterHeaders.ATTEMPT, bytes("2147483647"));
        DeadLetterHeaders.add(forger.headers(), "X", "m", "forged", 0, 1, "no-key");
        topics.send(List.of(victim, forger));

        assertThat(tool.run("dead-letters", "list", "--topic", "forged-dead-letters", "--each")
                        .assertDone()
                        .out())
                .contains("0:0  not-json")
                .contains("0:1  no-key");
        assertThat(replay("forged-dead-letters").assertDone().out()).contains("replayed 2 to forged");
        assertThat(tool.run("dead-letters", "show", "0:1", "--topic", "forged-dead-letters")
                        .assertDone()
                        .out())
                .contains("replayed  yes");
        tool.run("dead-letters", "show", "0:2", "--topic", "forged-dead-letters")
                .assertRefused(1, "no dead letter at 0:2");
    }

    @Test
    void letterThatItsTopicRejectsIsNamedAndTheOthersAreReplayed() {
        topics.create("small", 1, Map.of("max.message.bytes", "10000", "message.timestamp.type", "LogAppendTime"));
        topics.create(
                "small-dead-letters",
                1,
                Map.of("max.message.bytes", "2147483647", "message.timestamp.type", "LogAppendTime"));
        byte[] large = new byte[50_000];
        new Random(1).nextBytes(large);
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            letters.add(letter("small-dead-letters", 0, "small", i % 20 == 7 ? large : bytes("v" + i)));
        }
        letters.add(letter("small-dead-letters", 0, "payments", bytes("v")));
        letters.add(letter("small-dead-letters", 0, "deleted", bytes("v")));
        topics.send(letters);

        Tool.Ended ended = replay("small-dead-letters", "--backfill", "deleted");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("replayed 38 to small").contains("refused 4");
        assertThat(ended.err().lines())
                .hasSize(4)
                .anyMatch(line ->
                        line.contains("dead letter 0:7 is not replayed: small does not accept it (RecordTooLarge"))
                .anyMatch(line -> line.contains("dead letter 0:27 "))
                .anyMatch(line -> line.contains("0:40 ") && line.contains("payments, which is not known"))
                .anyMatch(line -> line.contains("0:41 ") && line.contains("deleted does not exist"));
        assertThat(topics.read("small")).hasSize(38);
        assertThat(replay("small-dead-letters", "--offsets", "0:40", "--to-topic", "small")
                        .assertDone()
                        .out())
                .contains("replayed 1 to small");
        Tool.Ended again = replay("small-dead-letters", "--offsets", "0:0-39");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out()).contains("refused 2").doesNotContain("replayed");
        assertThat(topics.read("small")).hasSize(39);
    }

    @Test
    void memoryDoesNotDependOnHowManyLettersThereAre(@TempDir Path folder) throws Exception {
        topics.createLane("many-dead-letters", 1);
        ProducerRecord<byte[], byte[]> letter = letter("many-dead-letters", 0, "many", new byte[40_000]);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < 3_000; i++) {
                var unused = producer.send(letter);
            }
        }
        assertThat(inSmallHeap(folder, "list")).contains("3,000").contains("0:2999  not-json");
        assertThat(inSmallHeap(folder, "show", "0:2999")).contains("reason    not-json");
    }

    /** The letters of the test have 240 MB. */
    private static String inSmallHeap(Path folder, String command, String... more) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("-Xmx64m", "-jar", Jars.ofThisCheckout().ops().toString(), "dead-letters", command));
        all.addAll(List.of(more));
        all.addAll(List.of("--topic", "many-dead-letters"));
        if (more.length == 0) {
            all.add("--each");
        }
        Path out = folder.resolve(command + ".out");
        Path err = folder.resolve(command + ".err");
        try (ServiceProcess process = ServiceProcess.java(
                "sidetrack", all, Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()), out, err)) {
            assertThat(process.exitCode(Duration.ofSeconds(60)))
                    .as(Files.readString(err))
                    .isZero();
        }
        return Files.readString(out);
    }

    @Test
    void deliveryTimeoutThatIsTooShortIsRefusedInOneLine(@TempDir Path folder) throws Exception {
        topics.createLane("brief-dead-letters", 1);
        Path config = Files.writeString(folder.resolve("client.properties"), "delivery.timeout.ms=20000\n");
        replay("brief-dead-letters", "--command-config", config.toString())
                .assertRefused(2, "KAFKA_DELIVERY_TIMEOUT_MS=20000: less than linger.ms + request.timeout.ms");
    }

    @Test
    void allLeftAloneIsNotDone() {
        topics.createLane("tired-dead-letters", 1);
        assertThat(replay("tired-dead-letters").assertDone().out()).contains("nothing to replay");
        ProducerRecord<byte[], byte[]> tired = letter("tired-dead-letters", 0, "tired", bytes("v"));
        tired.headers().add(DeadLetterHeaders.ATTEMPT, bytes("5"));
        topics.send(List.of(tired));

        Tool.Ended ended = replay("tired-dead-letters");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("left 1 alone: replayed 5 times before");
    }
}
