package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters on a real broker: each is replayed once, or reported. */
class DeadLettersIT {
    private static final byte[] KEY = "key".getBytes(UTF_8);
    /** Fits a topic with default limits only if it is compressed. */
    private static final byte[] LARGE = ("{\"x\":\"" + "\u20ac".repeat(600_000) + "\"}").getBytes(UTF_8);

    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture();

    private static void sendCompressed(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                FIXTURE.broker().bootstrapServers(),
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

    /** A dead letter as the writer sends it to a topic that accepts only small records. */
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
    void replaysTheSourceRecordOfAReducedDeadLetter() throws Exception {
        FIXTURE.topics().createLane("kept", 1);
        FIXTURE.topics().createLane("kept-letters", 1);
        ProducerRecord<byte[], byte[]> original = new ProducerRecord<>("kept", 0, 1234L, KEY, LARGE);
        original.headers().add("h", null).add("h", new byte[] {1}).add("sidetrack-attempt", "2".getBytes(UTF_8));
        sendCompressed(original);
        FIXTURE.topics().send(List.of(reduced("kept-letters", "kept", 0, 0, KEY, LARGE)));

        assertThat(FIXTURE.run("dead-letters", "show", "0:0", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("reduced   value,headers")
                .contains("key was   3 bytes, SHA-256 ")
                .contains("value was 1,800,008 bytes, SHA-256 ")
                .contains("key       key")
                .contains("value     {\"x\":\"\u20ac\u20ac")
                .contains("\u20ac ...");
        assertThat(FIXTURE.run("dead-letters", "list", "--topic", "kept-letters", "--each")
                        .assertDone()
                        .out())
                .contains("replayed 2 times before, reduced");
        assertThat(FIXTURE.run("dead-letters", "replay", "--live", "kept", "--topic", "kept-letters", "--dry-run")
                        .assertDone()
                        .out())
                .contains("would replay 1 to kept");
        assertThat(FIXTURE.run("dead-letters", "replay", "--live", "kept", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("replayed 1 to kept");

        List<ConsumerRecord<byte[], byte[]>> lane = FIXTURE.topics().read("kept");
        assertThat(lane).hasSize(2);
        ConsumerRecord<byte[], byte[]> replayed = lane.get(1);
        assertThat(replayed.key()).isEqualTo(KEY);
        assertThat(replayed.value()).isEqualTo(LARGE);
        assertThat(Arrays.stream(replayed.headers().toArray()).map(Header::key))
                .containsExactly("h", "h", "sidetrack-timestamp", "sidetrack-attempt");
        assertThat(replayed.headers().lastHeader("sidetrack-timestamp").value())
                .isEqualTo(Long.toString(lane.get(0).timestamp()).getBytes(UTF_8));
        assertThat(replayed.headers().lastHeader("sidetrack-attempt").value()).isEqualTo("3".getBytes(UTF_8));
        assertThat(FIXTURE.run("dead-letters", "replay", "--live", "kept", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("nothing to replay");
    }

    @Test
    void refusesADeadLetterWhoseSourceRecordIsGoneAndReplaysTheOthers() throws Exception {
        FIXTURE.topics().createLane("lost", 1);
        FIXTURE.topics().createLane("lost-letters", 1);
        byte[] other = "other".getBytes(UTF_8);
        FIXTURE.topics()
                .send(List.of(
                        new ProducerRecord<>("lost", 0, KEY, KEY),
                        new ProducerRecord<>("lost", 0, KEY, other),
                        new ProducerRecord<>("lost", 0, KEY, KEY)));
        FIXTURE.topics()
                .admin()
                .deleteRecords(Map.of(new TopicPartition("lost", 0), RecordsToDelete.beforeOffset(1)))
                .all()
                .get();
        ProducerRecord<byte[], byte[]> whole = new ProducerRecord<>("lost-letters", 0, KEY, other);
        DeadLetterHeaders.add(whole.headers(), "X", "m", "lost", 0, 1, "not-json");
        FIXTURE.topics()
                .send(List.of(
                        reduced("lost-letters", "lost", 0, 0, KEY, KEY),
                        reduced("lost-letters", "lost", 0, 1, KEY, KEY),
                        reduced("lost-letters", "lost", 0, 2, KEY, KEY),
                        reduced("lost-letters", "lost", 0, 9, KEY, KEY),
                        reduced("lost-letters", "lost", 7, 0, KEY, KEY),
                        reduced("lost-letters", "deleted", 0, 0, KEY, KEY),
                        whole));

        OperatorFixture.Ended ended = FIXTURE.run(
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
        assertThat(FIXTURE.topics().read("lost")).hasSize(4);
        OperatorFixture.Ended again = FIXTURE.run(
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

    /** A dead letter as a service writes it. */
    private static ProducerRecord<byte[], byte[]> letter(String topic, int partition, String origin, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, value, value);
        DeadLetterHeaders.add(record.headers(), "X", "m", origin, 0, 0, "not-json");
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<String> values(String topic) {
        return FIXTURE.topics().read(topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    private static OperatorFixture.Ended replay(String topic, String... more) {
        List<String> all = new ArrayList<>(List.of("dead-letters", "replay", "--topic", topic));
        all.addAll(List.of(more));
        return FIXTURE.run(all.toArray(String[]::new));
    }

    @Test
    void concurrentReplaysRepeatNothing() throws Exception {
        int count = 8_000;
        FIXTURE.topics().createLane("twice", 1);
        FIXTURE.topics().createLane("twice-dead-letters", 2);
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            letters.add(letter("twice-dead-letters", i % 2, "twice", bytes(Integer.toString(i))));
        }
        FIXTURE.topics().send(letters);
        List<CompletableFuture<OperatorFixture.Ended>> replays = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            replays.add(CompletableFuture.supplyAsync(() -> replay("twice-dead-letters")));
            // The second replay begins during the first.
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            FIXTURE.topics().ends("twice").values().iterator().next() > 0);
        }
        for (CompletableFuture<OperatorFixture.Ended> replay : replays) {
            OperatorFixture.Ended ended = replay.get();
            if (ended.code() != 0) {
                // The first one loses its transaction, or its coordinator does not confirm the end of it.
                ended.assertRefused(1, "another replay of twice-dead-letters took over");
            }
        }
        replay("twice-dead-letters").assertDone();

        assertThat(values("twice")).hasSize(count).doesNotHaveDuplicates();
        assertThat(replay("twice-dead-letters").assertDone().out()).contains("nothing to replay");
        assertThat(FIXTURE.run("dead-letters", "history", "--topic", "twice-dead-letters")
                        .assertDone()
                        .out())
                .as("a replay that failed has recorded its end, too")
                .doesNotContain("before ", "running or killed");
    }

    @Test
    void findsTheMarkAfterAnOpenTransaction() throws Exception {
        FIXTURE.topics().createLane("open", 1);
        FIXTURE.topics().createLane("open-dead-letters", 1);
        FIXTURE.topics().send(List.of(letter("open-dead-letters", 0, "open", bytes("a"))));
        CompletableFuture<OperatorFixture.Ended> replay;
        try (Transactions router = new Transactions(FIXTURE.broker(), "some-router").begin("open-dead-letters", 1, 1);
                Transactions other = new Transactions(FIXTURE.broker(), "sidetrack-replay-open-dead-letters")) {
            other.send(new ProducerRecord<>("open", bytes("a")), mark("open-dead-letters", "0:0"));
            int epoch = epoch("sidetrack-replay-open-dead-letters");
            replay = CompletableFuture.supplyAsync(() -> replay("open-dead-letters"));
            await().atMost(Duration.ofMinutes(2)).until(() -> epoch("sidetrack-replay-open-dead-letters") != epoch);
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
            return FIXTURE.topics()
                    .admin()
                    .describeTransactions(List.of(id))
                    .description(id)
                    .get()
                    .producerEpoch();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(id, e);
        }
    }

    @Test
    void headersOfAProducerNeitherMarkNorHideADeadLetter() {
        FIXTURE.topics().createLane("forged", 1);
        FIXTURE.topics().createLane("forged-dead-letters", 1);
        ProducerRecord<byte[], byte[]> victim = letter("forged-dead-letters", 0, "forged", bytes("victim"));
        // A tombstone without a key, as the writer sends it to the dead-letter topic.
        ProducerRecord<byte[], byte[]> forger = mark("forged-dead-letters", "0:0");
        forger.headers().add(DeadLetterHeaders.ATTEMPT, bytes("2147483647"));
        DeadLetterHeaders.add(forger.headers(), "X", "m", "forged", 0, 1, "no-key");
        FIXTURE.topics().send(List.of(victim, forger));

        assertThat(FIXTURE.run("dead-letters", "list", "--topic", "forged-dead-letters", "--each")
                        .assertDone()
                        .out())
                .contains("0:0  not-json")
                .contains("0:1  no-key");
        assertThat(replay("forged-dead-letters").assertDone().out()).contains("replayed 2 to forged");
        assertThat(FIXTURE.run("dead-letters", "show", "0:1", "--topic", "forged-dead-letters")
                        .assertDone()
                        .out())
                .contains("replayed  yes");
        FIXTURE.run("dead-letters", "show", "0:2", "--topic", "forged-dead-letters")
                .assertRefused(1, "no dead letter at 0:2");
    }

    @Test
    void namesADeadLetterThatItsTopicRejectsAndReplaysTheOthers() {
        FIXTURE.topics()
                .create("small", 1, Map.of("max.message.bytes", "10000", "message.timestamp.type", "LogAppendTime"));
        FIXTURE.topics()
                .create(
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
        FIXTURE.topics().send(letters);

        OperatorFixture.Ended ended = replay("small-dead-letters", "--backfill", "deleted");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("replayed 38 to small").contains("refused 4");
        assertThat(ended.err().lines())
                .hasSize(4)
                .anyMatch(line -> line.contains("dead letter 0:7 is not replayed: small rejects it (RecordTooLarge"))
                .anyMatch(line -> line.contains("dead letter 0:27 "))
                .anyMatch(line -> line.contains("0:40 ") && line.contains("payments, which is not known"))
                .anyMatch(line -> line.contains("0:41 ") && line.contains("deleted does not exist"));
        assertThat(FIXTURE.topics().read("small")).hasSize(38);
        assertThat(replay("small-dead-letters", "--offsets", "0:40", "--to-topic", "small")
                        .assertDone()
                        .out())
                .contains("replayed 1 to small");
        OperatorFixture.Ended again = replay("small-dead-letters", "--offsets", "0:0-39");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out())
                .contains("refused 2", "left 2 of 2; 38 were replayed before")
                .doesNotContain(" to small");
        assertThat(FIXTURE.topics().read("small")).hasSize(39);
    }

    @Test
    void listsAndShowsMoreBytesOfDeadLettersThanTheHeapHolds() {
        FIXTURE.topics().createLane("many-dead-letters", 1);
        ProducerRecord<byte[], byte[]> letter = letter("many-dead-letters", 0, "many", new byte[40_000]);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers(), "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < 3_000; i++) {
                var unused = producer.send(letter);
            }
        }
        assertThat(inSmallHeap("list", "--each")).contains("3,000").contains("0:2999  not-json");
        assertThat(inSmallHeap("show", "0:2999")).contains("reason    not-json");
    }

    private static String inSmallHeap(String command, String... more) {
        List<String> all = new ArrayList<>(List.of("dead-letters", command));
        all.addAll(List.of(more));
        all.addAll(List.of("--topic", "many-dead-letters"));
        try (ServiceProcess process = FIXTURE.start(64, Map.of(), all.toArray(String[]::new))) {
            assertThat(process.exitCode(Duration.ofMinutes(3)))
                    .as(process::errors)
                    .isZero();
            return process.output();
        }
    }

    @Test
    void refusesADeliveryTimeoutThatIsTooShort(@TempDir Path folder) throws Exception {
        FIXTURE.topics().createLane("brief-dead-letters", 1);
        Path config = Files.writeString(folder.resolve("client.properties"), "delivery.timeout.ms=20000\n");
        replay("brief-dead-letters", "--command-config", config.toString())
                .assertRefused(2, "KAFKA_DELIVERY_TIMEOUT_MS=20000: less than linger.ms + request.timeout.ms");
    }

    @Test
    void recordsWhoReplaysWhatAndWhenAlsoIfInterrupted() throws Exception {
        String topic = "signed-dead-letters";
        FIXTURE.topics().createLane("signed", 1);
        FIXTURE.topics().createLane(topic, 1);
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            letters.add(letter(topic, 0, "signed", bytes("k" + i)));
        }
        FIXTURE.topics().send(letters);
        // The mark of an earlier version, which did not record who made it.
        FIXTURE.topics().send(List.of(mark(topic, "0:99")));

        assertThat(replay(topic, "--key", "k3", "--key-base64", "azQ=", "--operator", "alice@desk")
                        .assertDone()
                        .out())
                .contains("replayed 2 to signed: 2 not-json", "left 0 of 2; 0 were replayed before");
        try (ServiceProcess slow = FIXTURE.start(
                128,
                Map.of("USER", "bob", "HOSTNAME", "host"),
                "dead-letters",
                "replay",
                "--topic",
                topic,
                "--rate",
                "5")) {
            await().atMost(Duration.ofMinutes(2)).until(() -> values("signed").size() > 2);
            slow.terminate();
            assertThat(slow.exitCode(Duration.ofMinutes(3))).isEqualTo(1);
            assertThat(slow.output()).contains("replayed ", "that were read so far; ");
            assertThat(slow.errors()).contains("replayed, run it again: it continues");
        }
        int early = values("signed").size();
        assertThat(early).isBetween(3, 60);
        try (ServiceProcess killed = FIXTURE.start(
                128, Map.of(), "dead-letters", "replay", "--topic", topic, "--rate", "5", "--operator", "dave")) {
            await().atMost(Duration.ofMinutes(2)).until(() -> values("signed").size() > early);
            killed.kill();
        }
        int earlyToo = values("signed").size();
        String last = "20[^ ]*Z";
        assertThat(FIXTURE.run("dead-letters", "history", "--topic", topic)
                        .assertDone()
                        .out())
                .containsPattern("running or killed, last letter " + last + " +[1-9]\\d* +\\? +\\? +dave");
        replay(topic, "--operator", "carol").assertDone();

        assertThat(values("signed")).hasSize(99).doesNotHaveDuplicates();
        OperatorFixture.Ended history = FIXTURE.run("dead-letters", "history", "--topic", topic, "--each")
                .assertDone();
        assertThat(history.out())
                .containsPattern("0:3  20[^ ]*Z  alice@desk\\R")
                .containsPattern("0:99  20[^ ]*Z  \\(not recorded\\)")
                .containsPattern("Z +2 +0 +0  alice@desk +2 keys\\R")
                .containsPattern("interrupted +" + (early - 2) + " +0 +0  bob@host +all\\R")
                .containsPattern("before " + last + ", last letter " + last + " +[1-9]\\d* +\\? +\\? +dave +all\\R")
                .containsPattern("Z +" + (99 - earlyToo) + " +0 +0  carol +all\\R")
                .contains("1 more were replayed by an earlier version");
    }

    @Test
    void failsIfAllAreSkipped() {
        FIXTURE.topics().createLane("tired-dead-letters", 1);
        assertThat(replay("tired-dead-letters").assertDone().out()).contains("nothing to replay");
        ProducerRecord<byte[], byte[]> tired = letter("tired-dead-letters", 0, "tired", bytes("v"));
        tired.headers().add(DeadLetterHeaders.ATTEMPT, bytes("5"));
        FIXTURE.topics().send(List.of(tired));

        OperatorFixture.Ended ended = replay("tired-dead-letters");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("skipped 1: already replayed 5 times");
    }
}
