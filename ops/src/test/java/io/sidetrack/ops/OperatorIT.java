package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Progress, doctor, dead letters and sizes on a real broker. */
class OperatorIT {
    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture();

    @Test
    void everyCommandPrintsTheDocumentedJson(@TempDir Path folder) throws IOException {
        new JsonRuns(FIXTURE, folder).all();
    }

    @Test
    void progressShowsEachLaneAsTextAndAsJson() throws Exception {
        FIXTURE.run("provision", "--source", "p", "--create-source", "--source-partitions", "1")
                .assertDone();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            records.add(new ProducerRecord<>("p-live", 0, null, new byte[1]));
        }
        FIXTURE.topics().send(records);
        FIXTURE.commit("sidetrack-writer-p-live~items", "p-live", 10);
        OperatorFixture.Ended words = FIXTURE.run(
                        "progress", "--source", "p", "--table", "items", "--interval-ms", "200", "--partitions")
                .assertDone();
        assertThat(words.out())
                .contains("live      25.0 % of 40 offsets in p-live, lag 30, 0/s read, 0/s arriving, no reader")
                .contains("  partition 0: lag 30")
                .doesNotContain("[#")
                .doesNotContain("\u001b");
        OperatorFixture.Ended json = FIXTURE.run(
                        "progress", "--source", "p", "--table", "items", "--interval-ms", "200", "--json")
                .assertDone();
        JsonNode live = JsonMapper.builder().build().readTree(json.out()).at("/lanes/1");
        assertThat(live.get("lag").asLong()).isEqualTo(30);
        assertThat(live.at("/lagByPartition/0").asLong()).isEqualTo(30);
        assertThat(live.has("secondsLeft")).isFalse();

        FIXTURE.commit("sidetrack-writer-p-live~items", "p-live", 40);
        assertThat(FIXTURE.run("progress", "--source", "p", "--table", "items", "--interval-ms", "200", "--watch")
                        .assertDone()
                        .out())
                .as("ends when nothing is left")
                .contains("nothing left");
        String arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/items";
        assertThat(FIXTURE.run("progress", "--source", "p", "--table", arn, "--interval-ms", "200")
                        .assertDone()
                        .out())
                .contains("live     100.0 % of 40 offsets in p-live, lag 0");
        FIXTURE.run("progress", "--source", "p", "--interval-ms", "200")
                .assertRefused(2, "--table: not given, so the group of the writer that reads p-live is not known");
        FIXTURE.run("backfill", "pause", "--source", "p", "--backfill-group", "nobody")
                .assertRefused(1, "there is no group nobody");
        assertThat(FIXTURE.run("backfill", "pause", "--source", "p", "--backfill-group", "nobody", "--not-started")
                        .assertDone()
                        .out())
                .contains("paused");
        FIXTURE.run("backfill", "status", "--source", "p").assertRefused(2, "or the group with --backfill-group");
        assertThat(FIXTURE.run("backfill", "status", "--source", "p", "--backfill-group", "mine")
                        .assertDone()
                        .out())
                .contains("writers of group mine: ");
        OperatorFixture.Ended groupOnly =
                FIXTURE.run("backfill", "status", "--backfill-group", "mine").assertDone();
        assertThat(groupOnly.out()).contains("writers of group mine: ");
        assertThat(groupOnly.err()).contains("named backfills are not shown, because their lane is not known");
        FIXTURE.run("progress", "--source", "none").assertRefused(2, "--source=none: there is no such topic");
        FIXTURE.run(
                        "progress",
                        "--source",
                        "p",
                        "--table",
                        "items",
                        "--interval-ms",
                        "200",
                        "--router-url",
                        "http://localhost:1")
                .assertRefused(1, "--router-url=http://localhost:1 does not respond");
        FIXTURE.run("progress", "--source", "p", "--table", "items", "--router-url", "localhost:8080")
                .assertRefused(2, "Write it with its scheme, such as http://localhost:8080");
    }

    @Test
    @Timeout(300)
    void progressWritesAPageThatEndsWithTheCommand() throws Exception {
        FIXTURE.run("provision", "--source", "h", "--create-source", "--source-partitions", "1")
                .assertDone();
        FIXTURE.topics().send(List.of(new ProducerRecord<>("h-live", 0, null, new byte[1])));
        // .ci/check-reports loads it in a browser.
        Path page = Files.createDirectories(Path.of("target", "pages")).resolve("progress.html");
        Files.deleteIfExists(page);
        String[] look = {
            "progress", "--source", "h", "--table", "items", "--interval-ms", "200", "--html", page.toString()
        };
        assertThat(FIXTURE.run(look).assertDone().out()).contains("lag 1");
        assertThat(Files.readString(page))
                .contains("live: lag in h-live", "Ended at ")
                .doesNotContain("refresh");

        look[8] = page.resolveSibling("none").resolve("progress.html").toString();
        FIXTURE.run(look).assertRefused(2, "--html=" + look[8] + ": the file cannot be written: there is no folder");

        look[8] = page.toString();
        List<String> watch = new ArrayList<>(List.of(look));
        watch.addAll(List.of("--watch", "--forever"));
        try (ServiceProcess command = FIXTURE.start(64, Map.of(), watch.toArray(String[]::new))) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> Files.readString(page).contains("Running: this page is read again"));
            command.terminate();
            assertThat(command.waitFor(Duration.ofMinutes(2))).isTrue();
            assertThat(Files.readString(page))
                    .contains("live: lag in h-live", "Ended at ")
                    .doesNotContain("refresh");
        }
    }

    @Test
    @Timeout(300)
    void progressEndsWhenTheLagContainsOnlyMarkers() throws Exception {
        FIXTURE.run("provision", "--source", "q", "--create-source", "--source-partitions", "1")
                .assertDone();
        try (Transactions router = new Transactions(FIXTURE.broker(), "q")) {
            router.begin("q-live", 1, 300).commit();
            router.begin("q-live", 1, 300).commit();
        }
        String[] look = {"progress", "--source", "q", "--table", "items", "--interval-ms", "200", "--watch", "--json"};
        FIXTURE.commit("sidetrack-writer-q-live~items", "q-live", 601);
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(FIXTURE.run(look).assertDone().out());
        assertThat(json.get("unit").asText()).isEqualTo("offsets");
        assertThat(json.at("/lanes/1/total").asLong()).isEqualTo(602);
        assertThat(json.at("/lanes/1/lag").asLong()).isEqualTo(1);
        assertThat(json.at("/lanes/1/nothingLeft").asBoolean()).isTrue();
        assertThat(json.at("/lanes/1/secondsLeft").asDouble()).isZero();

        FIXTURE.commit("sidetrack-writer-q-live~items", "q-live", 600);
        assertThat(FIXTURE.run("progress", "--source", "q", "--table", "items", "--interval-ms", "200")
                        .assertDone()
                        .out())
                .contains("of 602 offsets in q-live, lag 2, 0/s read, 0/s arriving, no reader");
    }

    @Test
    @Timeout(300)
    void ratesCountRecordsAndNotTransactionMarkers() throws Exception {
        FIXTURE.run("provision", "--source", "r", "--create-source", "--source-partitions", "1")
                .assertDone();
        AtomicBoolean ends = new AtomicBoolean();
        List<Long> sentNanos = new CopyOnWriteArrayList<>();
        Map<String, Object> client = Map.of(
                "bootstrap.servers",
                FIXTURE.broker().bootstrapServers(),
                "group.id",
                "reader",
                "auto.offset.reset",
                "earliest");
        // Like a router that commits every 100 ms on a quiet lane, and a writer that commits every 3 s.
        Thread router = new Thread(() -> {
            try (Transactions transactions = new Transactions(FIXTURE.broker(), "r")) {
                while (!ends.get()) {
                    transactions.begin("r-live", 1, 1).commit();
                    sentNanos.add(System.nanoTime());
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
            await().atMost(Duration.ofMinutes(2)).until(() -> sentNanos.size() > 2);
            OperatorFixture.Ended look = FIXTURE.run(
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
            JsonNode live = JsonMapper.builder().build().readTree(look.out()).at("/lanes/1");
            assertThat(live.get("rateUnit").asText()).isEqualTo("records");
            assertThat(live.get("reader").asText()).isEqualTo("members");
            // Markers would double both rates. The command measures them over a part of this time only.
            DoubleSummaryStatistics perSecond = perSecond(List.copyOf(sentNanos), 0.75);
            for (String rate : List.of("arrivingPerSecond", "perSecond")) {
                assertThat(live.get(rate).asDouble())
                        .as(rate)
                        .isBetween(0.4 * perSecond.getMin(), 1.6 * perSecond.getMax());
            }
        } finally {
            ends.set(true);
            router.join();
            writer.join();
        }
    }

    /** The rates of all periods that last at least as long, from one event to another. */
    private static DoubleSummaryStatistics perSecond(List<Long> nanos, double leastSeconds) {
        DoubleSummaryStatistics rates = new DoubleSummaryStatistics();
        for (int from = 0; from < nanos.size(); from++) {
            for (int to = from + 1; to < nanos.size(); to++) {
                double seconds = (nanos.get(to) - nanos.get(from)) / 1e9;
                if (seconds >= leastSeconds) {
                    rates.accept((to - from) / seconds);
                }
            }
        }
        return rates;
    }

    @Test
    void doctorReportsProblemsAndRemedies() throws Exception {
        assertThat(FIXTURE.run("doctor", "--source", "sick").out())
                .contains("FAIL  sick: there is no such topic")
                .contains("-> run `sidetrack provision`");
        FIXTURE.topics().create("sick", 3, Map.of());
        FIXTURE.topics().create("sick-live", 3, Map.of("retention.ms", "604800000"));
        FIXTURE.topics().createLane("sick-backfill", 3);
        FIXTURE.topics().send(List.of(new ProducerRecord<>("sick-backfill", 0, null, new byte[1])));
        OperatorFixture.Ended sick = FIXTURE.run("doctor", "--source", "sick", "--backfill-group", "mine");
        assertThat(sick.code()).isEqualTo(1);
        assertThat(sick.out())
                .contains("FAIL  sick-live: has message.timestamp.type=CreateTime")
                .contains("WARN  sick-backfill: has no more partitions than sick-live")
                .contains("WARN  the writer of the live lane: its group was not checked")
                .contains("FAIL  mine: does not exist, lag 1 in sick-backfill, no reader")
                .contains("FAIL  sick-live-dead-letters: there is no such topic")
                .contains("WARN  sick-backfill-parked: there is no such topic, so no backfill can be paused");

        FIXTURE.run("provision", "--source", "well", "--create-source").assertDone();
        OperatorFixture.Ended well = FIXTURE.run("doctor", "--source", "well");
        assertThat(well.code()).as(well.out()).isZero();
        assertThat(well.out())
                .doesNotContain("FAIL")
                .contains("WARN  brokers: 1 of cluster")
                .contains("ok    broker release line: 4.2")
                .contains("ok    well-backfill-parked: 48 partitions");
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(FIXTURE.run("doctor", "--source", "well", "--json").out());
        assertThat(json.get("checks")).hasSizeGreaterThan(6);
        FIXTURE.topics().send(List.of(new ProducerRecord<>("well", 0, null, new byte[1])));
        FIXTURE.commit("lagging", "well", 0);
        assertThat(FIXTURE.run("doctor", "--source", "well", "--group", "lagging")
                        .out())
                .contains("FAIL  lagging: empty, lag 1 in well, no reader")
                .contains("-> take its offsets over with `sidetrack adopt --group lagging`")
                .contains("FAIL  sidetrack-router-well: does not exist, lag 1 in well")
                .doesNotContain("start the router");
        assertThat(FIXTURE.run("doctor", "--source", "well").out())
                .as("without --group it finds the readers of the topic")
                .contains("-> do not start it yet", "(lagging reads well)", "`sidetrack adopt --group lagging`")
                .doesNotContain("start the router");
        FIXTURE.run("adopt", "--source", "well", "--group", "lagging").assertDone();
        assertThat(FIXTURE.run("doctor", "--source", "well", "--group", "lagging")
                        .out())
                .contains("ok    lagging: was taken over by the router")
                .contains("-> start the router");
        FIXTURE.run("provision", "--source", "well", "--live", "one", "--backfill", "one")
                .assertDone();
        OperatorFixture.Ended one = FIXTURE.run("doctor", "--source", "well", "--live", "one", "--backfill", "one");
        assertThat(one.out())
                .contains("ok    one: 48 partitions")
                .doesNotContain("has no more partitions", "FAIL  one");
        assertThat(FIXTURE.run("doctor")).satisfies(ended -> ended.assertRefused(2, "--source: not given"));
    }

    private static ProducerRecord<byte[], byte[]> deadLetter(String origin, String reason, String value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>("letters", 0, value.getBytes(UTF_8), value.getBytes(UTF_8));
        record.headers().add("mine", new byte[] {7});
        DeadLetterHeaders.add(record.headers(), "X", "secret-free", origin, 2, 30, reason);
        return record;
    }

    @Test
    void deadLettersAreCountedShownAndReplayedOnce() {
        FIXTURE.topics().createLane("letters", 1);
        FIXTURE.topics().createLane("lane", 2);
        FIXTURE.topics()
                .send(List.of(
                        deadLetter("lane", "not-json", "a"),
                        deadLetter("lane", "too-large", "b"),
                        deadLetter("lane", "not-json", "c"),
                        new ProducerRecord<>("letters", 0, null, "stray".getBytes(UTF_8))));
        assertThat(FIXTURE.run("dead-letters", "list", "--topic", "letters")
                        .assertDone()
                        .out()
                        .lines()
                        .map(line -> line.replaceAll(" +", " ")))
                .anyMatch(line -> line.startsWith("not-json 2 0 20"))
                .anyMatch(line -> line.startsWith("too-large 1 0 20"))
                .anyMatch(line -> line.startsWith("(unknown) 1 0 20"));
        assertThat(FIXTURE.run("dead-letters", "show", "0:1", "--topic", "letters")
                        .assertDone()
                        .out())
                .contains("reason    too-large")
                .contains("origin    lane, partition 2, offset 30")
                .contains("header    mine = base64:Bw==")
                .contains("value     b");
        FIXTURE.run("dead-letters", "show", "0:99", "--topic", "letters").assertRefused(1, "no dead letter at 0:99");

        assertThat(FIXTURE.run(
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
        assertThat(FIXTURE.topics().read("lane")).isEmpty();
        assertThat(FIXTURE.run("dead-letters", "replay", "--live", "lane", "--topic", "letters", "--reason", "not-json")
                        .assertDone()
                        .out())
                .contains("replayed 2 to lane");
        assertThat(FIXTURE.topics().read("lane")).hasSize(2).allSatisfy(record -> {
            assertThat(headers(record)).containsExactly("mine", "sidetrack-attempt=1");
        });
        assertThat(FIXTURE.run("dead-letters", "replay", "--live", "lane", "--topic", "letters", "--offsets", "0:0-2")
                        .assertDone()
                        .out())
                .as("replayed dead letters are not replayed again")
                .contains("replayed 1 to lane");
        OperatorFixture.Ended strays = FIXTURE.run("dead-letters", "replay", "--live", "lane", "--topic", "letters");
        assertThat(strays.code()).isEqualTo(1);
        assertThat(strays.out()).contains("skipped 1").doesNotContain("to lane");
        assertThat(FIXTURE.topics().read("lane")).hasSize(3);
        assertThat(FIXTURE.run("dead-letters", "list", "--topic", "letters", "--each")
                        .assertDone()
                        .out())
                .contains("0:3  (unknown)")
                .doesNotContain("0:0  not-json");
        FIXTURE.run("dead-letters", "replay", "--live", "lane", "--topic", "letters", "--to-topic", "nowhere")
                .assertRefused(2, "--to-topic=nowhere: there is no such topic");
        FIXTURE.run("dead-letters", "list", "--topic", "letters", "--offsets", "x")
                .assertRefused(2, "--offsets=x");
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
    void repeatsAReplayThatWasInterrupted() {
        FIXTURE.topics().createLane("torn", 1);
        FIXTURE.topics().createLane("torn-letters", 1);
        ProducerRecord<byte[], byte[]> one = new ProducerRecord<>("torn-letters", 0, null, new byte[1]);
        DeadLetterHeaders.add(one.headers(), "X", "m", "torn", 0, 0, "not-json");
        FIXTURE.topics().send(List.of(one));
        // The state after a killed replay: sent, but not committed.
        try (KafkaProducer<byte[], byte[]> killed = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        FIXTURE.broker().bootstrapServers(),
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
            FIXTURE.run("dead-letters", "replay", "--live", "torn", "--topic", "torn-letters", "--max-attempts", "3")
                    .assertDone();
        }
        assertThat(FIXTURE.topics().read("torn")).singleElement().satisfies(record -> assertThat(record.value())
                .isEqualTo(new byte[1]));
    }

    @Test
    void sizeMeasuresTheClusterAndPrintsTheSettings() throws Exception {
        FIXTURE.topics().createLane("sized", 24);
        FIXTURE.topics().send(List.of(new ProducerRecord<>("sized", 0, null, new byte[1])));
        FIXTURE.commit("sizer", "sized", 0);
        assertThat(FIXTURE.run(
                                "size",
                                "--topic",
                                "sized",
                                "--group",
                                "sizer",
                                "--latency-ms",
                                "180",
                                "--deadline",
                                "1s")
                        .assertDone()
                        .out())
                .contains("1 records of 400 bytes")
                .contains("24 partitions")
                .contains("WRITER_MAX_IN_FLIGHT=1");
        OperatorFixture.Ended late = FIXTURE.run(
                "size", "--records", "14500000", "--table-units", "1000", "--live-rate", "50", "--deadline", "1h");
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.out()).contains("not in time").contains("limit   the table");
        FIXTURE.run("size").assertRefused(2, "--records: not given");
        FIXTURE.run("size", "--records", "0").assertRefused(2, "--records=0");
        for (String deadline : List.of("soon", "-4h", "0s")) {
            FIXTURE.run("size", "--records", "5", "--deadline", deadline)
                    .assertRefused(2, "--deadline=" + deadline + ": not a duration");
        }
    }
}
