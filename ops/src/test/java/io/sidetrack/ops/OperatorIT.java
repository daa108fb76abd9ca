package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Progress, doctor, dead letters and sizes on a real broker. */
class OperatorIT {
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

    private static void commit(String group, String topic, long offset) throws Exception {
        topics.admin()
                .alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    @Test
    void progressTellsEachLaneInWordsAndInJson() throws Exception {
        tool.run("provision", "--source", "p", "--create-source", "--source-partitions", "1")
                .assertDone();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            records.add(new ProducerRecord<>("p-live", 0, null, new byte[1]));
        }
        topics.send(records);
        commit("sidetrack-writer-p-live~items", "p-live", 10);
        Tool.Ended words = tool.run(
                        "progress", "--source", "p", "--table", "items", "--interval-ms", "200", "--partitions")
                .assertDone();
        assertThat(words.out())
                .contains("live      25.0 % of 40 offsets in p-live, lag 30, 0/s read, 0/s arriving, nobody reads it")
                .contains("  partition 0: lag 30")
                .doesNotContain("[#")
                .doesNotContain("\u001b");
        Tool.Ended json = tool.run("progress", "--source", "p", "--table", "items", "--interval-ms", "200", "--json")
                .assertDone();
        JsonNode live = JsonMapper.builder().build().readTree(json.out()).at("/lanes/1");
        assertThat(live.get("lag").asLong()).isEqualTo(30);
        assertThat(live.at("/lagByPartition/0").asLong()).isEqualTo(30);
        assertThat(live.get("secondsLeft").isNull()).isTrue();

        commit("sidetrack-writer-p-live~items", "p-live", 40);
        assertThat(tool.run("progress", "--source", "p", "--table", "items", "--interval-ms", "200", "--watch")
                        .assertDone()
                        .out())
                .as("ends when nothing is left")
                .contains("nothing left");
        String arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/items";
        assertThat(tool.run("progress", "--source", "p", "--table", arn, "--interval-ms", "200")
                        .assertDone()
                        .out())
                .contains("live     100.0 % of 40 offsets in p-live, lag 0");
        tool.run("progress", "--source", "p", "--interval-ms", "200")
                .assertRefused(2, "--table: not given, so the group of the writer that reads p-live is not known");
        tool.run("backfill", "pause", "--source", "p", "--backfill-group", "nobody")
                .assertRefused(1, "there is no group nobody");
        assertThat(tool.run("backfill", "pause", "--source", "p", "--backfill-group", "nobody", "--not-started")
                        .assertDone()
                        .out())
                .contains("paused");
        tool.run("backfill", "status", "--source", "p").assertRefused(2, "or the group with --backfill-group");
        assertThat(tool.run("backfill", "status", "--source", "p", "--backfill-group", "mine")
                        .assertDone()
                        .out())
                .contains("writers of group mine: ");
        tool.run("progress", "--source", "none").assertRefused(2, "--source=none: there is no such topic");
        tool.run(
                        "progress",
                        "--source",
                        "p",
                        "--table",
                        "items",
                        "--interval-ms",
                        "200",
                        "--router-url",
                        "http://localhost:1")
                .assertRefused(1, "--router-url=http://localhost:1 does not answer");
        tool.run("progress", "--source", "p", "--table", "items", "--router-url", "localhost:8080")
                .assertRefused(2, "Write it with its scheme, such as http://localhost:8080");
    }

    @Test
    @Timeout(60)
    void progressEndsWhenTheLagContainsOnlyMarkers() throws Exception {
        tool.run("provision", "--source", "q", "--create-source", "--source-partitions", "1")
                .assertDone();
        try (Transactions router = new Transactions(broker, "q")) {
            router.begin("q-live", 1, 300).commit();
            router.begin("q-live", 1, 300).commit();
        }
        String[] look = {"progress", "--source", "q", "--table", "items", "--interval-ms", "200", "--watch", "--json"};
        commit("sidetrack-writer-q-live~items", "q-live", 601);
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(tool.run(look).assertDone().out());
        assertThat(json.get("unit").asText()).isEqualTo("offsets");
        assertThat(json.at("/lanes/1/total").asLong()).isEqualTo(602);
        assertThat(json.at("/lanes/1/lag").asLong()).isEqualTo(1);
        assertThat(json.at("/lanes/1/nothingLeft").asBoolean()).isTrue();
        assertThat(json.at("/lanes/1/secondsLeft").asDouble()).isZero();

        commit("sidetrack-writer-q-live~items", "q-live", 600);
        assertThat(tool.run("progress", "--source", "q", "--table", "items", "--interval-ms", "200")
                        .assertDone()
                        .out())
                .contains("of 602 offsets in q-live, lag 2, 0/s read, 0/s arriving, nobody reads it");
    }

    @Test
    @Timeout(90)
    void ratesAreOfRecordsThoughEachHasAMarkerBehindIt() throws Exception {
        tool.run("provision", "--source", "r", "--create-source", "--source-partitions", "1")
                .assertDone();
        AtomicBoolean ends = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        Map<String, Object> client = Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "group.id", "reader", "auto.offset.reset", "earliest");
        // As a router that commits every 100 ms on a quiet lane, and a writer that commits now and then.
        Thread router = new Thread(() -> {
            try (Transactions transactions = new Transactions(broker, "r")) {
                while (!ends.get()) {
                    transactions.begin("r-live", 1, 1).commit();
                    sent.incrementAndGet();
                    LockSupport.parkNanos(100_000_000);
                }
            }
        });
        Thread writer = new Thread(() -> {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.subscribe(List.of("r-live"));
                while (!ends.get()) {
                    long start = System.nanoTime();
                    while (System.nanoTime() - start < 3_000_000_000L && !ends.get()) {
                        consumer.poll(Duration.ofMillis(100));
                    }
                    consumer.commitSync();
                }
            }
        });
        router.start();
        writer.start();
        try {
            await().until(() -> sent.get() > 2);
            long start = System.nanoTime();
            int before = sent.get();
            Tool.Ended look = tool.run(
                            "progress",
                            "--source",
                            "r",
                            "--table",
                            "items",
                            "--live-group",
                            "reader",
                            "--interval-ms",
                            "1000",
                            "--json")
                    .assertDone();
            double perSecond = (sent.get() - before) * 1e9 / (System.nanoTime() - start);
            JsonNode live = JsonMapper.builder().build().readTree(look.out()).at("/lanes/1");
            assertThat(live.get("rateUnit").asText()).isEqualTo("records");
            assertThat(live.get("reader").asText()).isEqualTo("members");
            assertThat(live.get("arrivingPerSecond").asDouble()).isCloseTo(perSecond, withinPercentage(35));
            assertThat(live.get("perSecond").asDouble()).isCloseTo(perSecond, withinPercentage(35));
        } finally {
            ends.set(true);
            router.join();
            writer.join();
        }
    }

    @Test
    void doctorFindsWhatIsWrongAndSaysWhatToDo() throws Exception {
        assertThat(tool.run("doctor", "--source", "sick").out())
                .contains("FAIL  sick: there is no such topic")
                .contains("-> run `sidetrack provision`");
        topics.create("sick", 3, Map.of());
        topics.create("sick-live", 3, Map.of("retention.ms", "604800000"));
        topics.createLane("sick-backfill", 3);
        topics.send(List.of(new ProducerRecord<>("sick-backfill", 0, null, new byte[1])));
        Tool.Ended sick = tool.run("doctor", "--source", "sick", "--backfill-group", "mine");
        assertThat(sick.code()).isEqualTo(1);
        assertThat(sick.out())
                .contains("FAIL  sick-live: has message.timestamp.type=CreateTime")
                .contains("WARN  sick-backfill: has no more partitions than sick-live")
                .contains("WARN  the writer of the live lane: its group was not looked at")
                .contains("FAIL  mine: not there, lag 1 in sick-backfill, and nobody reads it")
                .contains("FAIL  sick-live-dead-letters: there is no such topic");

        tool.run("provision", "--source", "well", "--create-source").assertDone();
        Tool.Ended well = tool.run("doctor", "--source", "well");
        assertThat(well.code()).as(well.out()).isZero();
        assertThat(well.out())
                .doesNotContain("FAIL")
                .contains("WARN  brokers: 1 of cluster")
                .contains("ok    broker release line: 4.2");
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(tool.run("doctor", "--source", "well", "--json").out());
        assertThat(json).hasSizeGreaterThan(6);
        topics.send(List.of(new ProducerRecord<>("well", 0, null, new byte[1])));
        commit("lagging", "well", 0);
        assertThat(tool.run("doctor", "--source", "well", "--group", "lagging").out())
                .contains("FAIL  lagging: empty, lag 1 in well, and nobody reads it")
                .contains("-> take its offsets over with `sidetrack adopt --group lagging`")
                .contains("FAIL  sidetrack-router-well: not there, lag 1 in well")
                .doesNotContain("start the router");
        assertThat(tool.run("doctor", "--source", "well").out())
                .as("it finds who reads the topic by itself")
                .contains("-> do not start it yet", "(lagging reads well)", "`sidetrack adopt --group lagging`")
                .doesNotContain("start the router");
        tool.run("adopt", "--source", "well", "--group", "lagging").assertDone();
        assertThat(tool.run("doctor", "--source", "well", "--group", "lagging").out())
                .contains("ok    lagging: was taken over by the router")
                .contains("-> start the router");
        tool.run("provision", "--source", "well", "--live", "one", "--backfill", "one")
                .assertDone();
        Tool.Ended one = tool.run("doctor", "--source", "well", "--live", "one", "--backfill", "one");
        assertThat(one.out())
                .contains("ok    one: 48 partitions")
                .doesNotContain("has no more partitions", "FAIL  one");
        assertThat(new Tool(broker).run("doctor")).satisfies(ended -> ended.assertRefused(2, "--source: not given"));
    }

    private static ProducerRecord<byte[], byte[]> letter(String origin, String reason, String value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>("letters", 0, value.getBytes(UTF_8), value.getBytes(UTF_8));
        record.headers().add("mine", new byte[] {7});
        DeadLetterHeaders.add(record.headers(), "X", "secret-free", origin, 2, 30, reason);
        return record;
    }

    @Test
    void deadLettersAreCountedShownAndReplayedOnce() {
        topics.createLane("letters", 1);
        topics.createLane("lane", 2);
        topics.send(List.of(
                letter("lane", "not-json", "a"),
                letter("lane", "too-large", "b"),
                letter("lane", "not-json", "c"),
                new ProducerRecord<>("letters", 0, null, "stray".getBytes(UTF_8))));
        assertThat(tool.run("dead-letters", "list", "--topic", "letters")
                        .assertDone()
                        .out()
                        .lines()
                        .map(line -> line.replaceAll(" +", " ")))
                .anyMatch(line -> line.startsWith("not-json 2 0 20"))
                .anyMatch(line -> line.startsWith("too-large 1 0 20"))
                .anyMatch(line -> line.startsWith("(none said) 1 0 20"));
        assertThat(tool.run("dead-letters", "show", "0:1", "--topic", "letters")
                        .assertDone()
                        .out())
                .contains("reason    too-large")
                .contains("origin    lane, partition 2, offset 30")
                .contains("header    mine = base64:Bw==")
                .contains("value     b");
        tool.run("dead-letters", "show", "0:99", "--topic", "letters").assertRefused(1, "no dead letter at 0:99");

        assertThat(tool.run(
                                "dead-letters",
                                "replay",
                                "--live",
                                "lane",
                                "--topic",
                                "letters",
                                "--reason",
                                "not-json",
                                "--dry-run")
                        .assertDone()
                        .out())
                .contains("would replay 2 to lane");
        assertThat(topics.read("lane")).isEmpty();
        assertThat(tool.run("dead-letters", "replay", "--live", "lane", "--topic", "letters", "--reason", "not-json")
                        .assertDone()
                        .out())
                .contains("replayed 2 to lane");
        assertThat(topics.read("lane")).hasSize(2).allSatisfy(record -> {
            assertThat(headers(record)).containsExactly("mine", "sidetrack-attempt=1");
        });
        assertThat(tool.run("dead-letters", "replay", "--live", "lane", "--topic", "letters", "--offsets", "0:0-2")
                        .assertDone()
                        .out())
                .as("what was replayed is not replayed again")
                .contains("replayed 1 to lane");
        Tool.Ended strays = tool.run("dead-letters", "replay", "--live", "lane", "--topic", "letters");
        assertThat(strays.code()).isEqualTo(1);
        assertThat(strays.out()).contains("left 1 alone").doesNotContain("to lane");
        assertThat(topics.read("lane")).hasSize(3);
        assertThat(tool.run("dead-letters", "list", "--topic", "letters", "--each")
                        .assertDone()
                        .out())
                .contains("0:3  (none said)")
                .doesNotContain("0:0  not-json");
        tool.run("dead-letters", "replay", "--live", "lane", "--topic", "letters", "--to-topic", "nowhere")
                .assertRefused(2, "--to-topic=nowhere: there is no such topic");
        tool.run("dead-letters", "list", "--topic", "letters", "--offsets", "x").assertRefused(2, "--offsets=x");
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
        List<String> names = new ArrayList<>();
        record.headers()
                .forEach(header -> names.add(
                        header.key().startsWith("sidetrack")
                                ? header.key() + "=" + new String(header.value(), UTF_8)
                                : header.key()));
        return names;
    }

    @Test
    void replayThatIsInterruptedIsDoneAgainWhole() {
        topics.createLane("torn", 1);
        topics.createLane("torn-letters", 1);
        ProducerRecord<byte[], byte[]> one = new ProducerRecord<>("torn-letters", 0, null, new byte[1]);
        DeadLetterHeaders.add(one.headers(), "X", "m", "torn", 0, 0, "not-json");
        topics.send(List.of(one));
        // As a replay that is killed leaves it: sent, not committed.
        try (KafkaProducer<byte[], byte[]> killed = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        "sidetrack-replay-torn-letters"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            var unusedRecord = killed.send(new ProducerRecord<>("torn", new byte[] {9}));
            ProducerRecord<byte[], byte[]> mark = new ProducerRecord<>("torn-letters", 0, null, null);
            mark.headers().add("sidetrack-replayed", "0:0".getBytes(UTF_8));
            var unusedMark = killed.send(mark);
            killed.flush();
            tool.run("dead-letters", "replay", "--live", "torn", "--topic", "torn-letters", "--max-attempts", "3")
                    .assertDone();
        }
        assertThat(topics.read("torn")).singleElement().satisfies(record -> assertThat(record.value())
                .isEqualTo(new byte[1]));
    }

    @Test
    void sizeIsMeasuredAndSaysTheSettings() throws Exception {
        topics.createLane("sized", 24);
        topics.send(List.of(new ProducerRecord<>("sized", 0, null, new byte[1])));
        commit("sizer", "sized", 0);
        assertThat(tool.run("size", "--topic", "sized", "--group", "sizer", "--latency-ms", "180", "--deadline", "1s")
                        .assertDone()
                        .out())
                .contains("1 records of 400 bytes")
                .contains("24 partitions")
                .contains("WRITER_MAX_IN_FLIGHT=1");
        Tool.Ended late = tool.run(
                "size", "--records", "14500000", "--table-units", "1000", "--live-rate", "50", "--deadline", "1h");
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.out()).contains("not in time").contains("limit     the table");
        tool.run("size").assertRefused(2, "--records: not given");
        tool.run("size", "--records", "0").assertRefused(2, "--records=0");
        tool.run("size", "--records", "5", "--deadline", "soon").assertRefused(2, "--deadline=soon: not a duration");
    }
}
