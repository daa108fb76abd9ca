package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.FaultProxy;
import io.sidetrack.sandbox.ProxiedCall;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** W7 with a real broker and real connections: which write may overwrite which. */
@Execution(ExecutionMode.CONCURRENT)
class GuardIT {
    private static final Map<String, String> NEWEST_WINS = Map.of("WRITER_MODE", "newest-wins");

    /** On a busy machine, no request is sent again, and no record is read again by a member that has lost its session. */
    private static final Map<String, String> UNDISTURBED =
            Map.of("WRITER_REQUEST_TIMEOUT_MS", "60000", "KAFKA_SESSION_TIMEOUT_MS", "45000");

    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture(Map.of("group.min.session.timeout.ms", "500"));
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    /** A table, two lanes that write to it, and a proxy whose faults the test scripts. */
    private static final class Lanes implements AutoCloseable {
        final String name;
        final String live;
        final String backfill;
        final FaultProxy proxy = FaultProxy.inFrontOf(fixture.dynamo.endpoint());
        /** The number of random records sent so far. */
        int sent;

        Lanes(String name) {
            this.name = name;
            this.live = name + "-live";
            this.backfill = name + "-backfill";
            fixture.tables.create(name, "id");
            for (String lane : List.of(live, backfill)) {
                fixture.topics.createLane(lane, 3);
                fixture.topics.createLane(lane + "-dead-letters", 1);
            }
        }

        Writer writer(String topic, Map<String, String> settings) {
            Map<String, String> all = new HashMap<>(SandboxTables.environment(proxy.endpoint()));
            all.put("WRITER_TABLE", name);
            all.put("WRITER_LANE", topic.equals(live) ? "live" : "backfill");
            all.put("WRITER_REQUEST_TIMEOUT_MS", "1500");
            all.put("WRITER_RETRY_CAP_MS", "300");
            all.put("WRITER_MAX_IN_FLIGHT", "5");
            all.put("KAFKA_SESSION_TIMEOUT_MS", "2000");
            all.put("KAFKA_HEARTBEAT_INTERVAL_MS", "300");
            all.put("KAFKA_COMMIT_INTERVAL_MS", "300");
            all.putAll(settings);
            return fixture.writer(topic, all);
        }

        void awaitCommitted(String topic) {
            await().atMost(WriterFixture.SOON)
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(lag(topic)).isZero());
        }

        long lag(String topic) {
            return fixture.topics.lag(DefaultNames.writerGroup(topic, name), topic);
        }

        void script(Function<ProxiedCall, Fault> script) {
            proxy.behave(call -> call.operation().startsWith("Describe") ? Fault.none() : script.apply(call));
        }

        /** The items by key: the text of {@code n} and the names of further attributes, or {@code deleted}. */
        Map<String, String> table() {
            Map<String, String> found = new TreeMap<>();
            for (Map<String, AttributeValue> item : fixture.tables.scan(name)) {
                TreeSet<String> more = new TreeSet<>(item.keySet());
                more.removeIf(name -> name.equals("id") || name.equals("n") || name.startsWith("sidetrack_"));
                boolean deleted = item.containsKey("sidetrack_version_deleted");
                String text = deleted ? "deleted" : item.get("n").n();
                found.put(item.get("id").s(), more.isEmpty() ? text : text + " " + String.join(" ", more));
            }
            return found;
        }

        /** The items by key: the text of {@code n}, or {@code deleted}. */
        Map<String, String> values() {
            Map<String, String> found = new TreeMap<>();
            table().forEach((key, text) -> found.put(key, text.split(" ", -1)[0]));
            return found;
        }

        Map<String, AttributeValue> item(String key) {
            return fixture.tables
                    .get(name, Map.of("id", AttributeValue.fromS(key)))
                    .orElseThrow();
        }

        @Override
        public void close() {
            proxy.close();
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, long timestamp, String value) {
        return record(topic, key, timestamp, value, "");
    }

    /** @param more further fields, each after a comma */
    private static ProducerRecord<byte[], byte[]> record(
            String topic, String key, long timestamp, String value, String more) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic,
                key.getBytes(UTF_8),
                value == null ? null : ("{\"id\":\"" + key + "\",\"n\":" + value + more + "}").getBytes(UTF_8));
        record.headers().add(OriginalTimestamp.HEADER, Long.toString(timestamp).getBytes(US_ASCII));
        return record;
    }

    @Test
    void newestWinsAfterAnyInterleavingOfBothLanesWithFaultsAndKills() {
        SplittableRandom random = new SplittableRandom(WriterFixture.seed("guard"));
        try (Lanes lanes = new Lanes("guarded")) {
            for (int i = 0; i < 60; i++) {
                putFormerItem(lanes, "k" + i, i % 3);
            }
            AtomicInteger calls = new AtomicInteger();
            lanes.script(call -> switch (calls.incrementAndGet() % 23) {
                case 1, 2 -> Fault.throttled();
                case 5 -> new Fault.LostReply();
                case 9 -> Fault.late(Duration.ofMillis(1200));
                case 13 -> Fault.serverError();
                default -> new Fault.Latency(Duration.ofMillis(15));
            });
            for (int round = 0; round < 2; round++) {
                try (Writer live = lanes.writer(lanes.live, NEWEST_WINS);
                        Writer backfill = lanes.writer(lanes.backfill, NEWEST_WINS)) {
                    for (int i = 0; i < 6; i++) {
                        fixture.topics.send(randomRecords(lanes, random));
                    }
                    Writer victim = random.nextBoolean() ? live : backfill;
                    int before = writes(lanes);
                    await().atMost(WriterFixture.SOON)
                            .pollInterval(Duration.ofMillis(1))
                            .until(() -> {
                                // The writers may have finished all records before their calls were counted.
                                if (lanes.proxy.concurrentCalls() == 0
                                        && lanes.lag(lanes.live) + lanes.lag(lanes.backfill) == 0) {
                                    fixture.topics.send(randomRecords(lanes, random));
                                }
                                return writes(lanes) > before + 5;
                            });
                    victim.process().kill();
                    if (random.nextBoolean()) {
                        live.process().kill();
                        backfill.process().kill();
                    }
                }
            }
            try (Writer live = lanes.writer(lanes.live, NEWEST_WINS);
                    Writer backfill = lanes.writer(lanes.backfill, NEWEST_WINS)) {
                lanes.awaitCommitted(lanes.live);
                lanes.awaitCommitted(lanes.backfill);
                live.assertCountersAddUp();
                backfill.assertCountersAddUp();
            }
            Map<String, String> winners = winners(lanes);
            Map<String, String> table = lanes.table();
            table.keySet().retainAll(winners.keySet());
            assertThat(table).isEqualTo(winners);
            assertThat(fixture.topics.read(lanes.live + "-dead-letters")).isEmpty();
            assertThat(fixture.topics.read(lanes.backfill + "-dead-letters")).isEmpty();
        }
    }

    private static int writes(Lanes lanes) {
        return lanes.proxy.calls("BatchExecuteStatement") + lanes.proxy.calls("PutItem");
    }

    /** A hundred records of both lanes, each with another value. */
    private static List<ProducerRecord<byte[], byte[]>> randomRecords(Lanes lanes, SplittableRandom random) {
        List<ProducerRecord<byte[], byte[]>> some = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int n = lanes.sent++;
            some.add(record(
                    random.nextBoolean() ? lanes.live : lanes.backfill,
                    "k" + random.nextInt(150),
                    // Few timestamps, so that many are equal.
                    1_700_000_000_000L + random.nextInt(30),
                    random.nextInt(8) == 0 ? null : Integer.toString(n),
                    // Items of four shapes, one of which no statement can express.
                    List.of("", ",\"s1\":1", ",\"s2\":[true]", ",\"it's\":1").get(n % 4)));
        }
        return some;
    }

    /** By key, the value of the record with the highest version; among equal versions, live's, and then the later one. */
    private static Map<String, String> winners(Lanes lanes) {
        Map<String, ConsumerRecord<byte[], byte[]>> best = new HashMap<>();
        for (String topic : List.of(lanes.backfill, lanes.live)) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(fixture.topics.read(topic));
            records.sort((a, b) -> Long.compare(a.offset(), b.offset()));
            for (ConsumerRecord<byte[], byte[]> record : records) {
                best.merge(
                        new String(record.key(), UTF_8),
                        record,
                        (there, newcomer) -> timestamp(newcomer) >= timestamp(there) ? newcomer : there);
            }
        }
        Map<String, String> winners = new TreeMap<>();
        best.forEach((key, record) -> {
            String value = record.value() == null ? "" : new String(record.value(), UTF_8);
            winners.put(key, value.isEmpty() ? "deleted" : text(value));
        });
        return winners;
    }

    /** What {@link Lanes#table} reports for the item of a value. */
    private static String text(String value) {
        Matcher fields = Pattern.compile("\"n\":(\\d+)(?:,\"([^\"]+)\")?").matcher(value);
        assertThat(fields.find()).isTrue();
        return fields.group(1) + (fields.group(2) == null ? "" : " " + fields.group(2));
    }

    /** Puts an item that is older than all records: without a version, by the former release, or with a foreign version. */
    private static void putFormerItem(Lanes lanes, String key, int kind) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("id", AttributeValue.fromS(key));
        item.put("n", AttributeValue.fromN("-1"));
        item.put("legacy", AttributeValue.fromBool(true));
        if (kind == 1) {
            item.put("sidetrack_version", AttributeValue.fromN("1000"));
            item.put("sidetrack_version_tie", AttributeValue.fromN("1"));
        } else if (kind == 2) {
            item.put("sidetrack_version", AttributeValue.fromS("1000"));
        }
        fixture.tables.put(lanes.name, item);
    }

    private static long timestamp(ConsumerRecord<byte[], byte[]> record) {
        return OriginalTimestamp.read(record.headers()).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"newest-wins, 2", "overwrite, 1"})
    void onlyTheGuardMakesALateRequestOfADeadOwnerHarmless(String mode, String stays) {
        Map<String, String> settings =
                Map.of("WRITER_MODE", mode, "WRITER_REQUEST_TIMEOUT_MS", "20000", "WRITER_MAX_IN_FLIGHT", "1");
        try (Lanes lanes = new Lanes("zombie-" + mode)) {
            CountDownLatch release = new CountDownLatch(1);
            lanes.script(call -> new Fault.Late(release, Duration.ofMinutes(10)));
            try (Writer old = lanes.writer(lanes.live, settings)) {
                fixture.topics.send(List.of(record(lanes.live, "a", 1000, "1")));
                await().atMost(WriterFixture.SOON).until(() -> lanes.proxy.concurrentCalls() > 0);
                old.process().kill();
            }
            lanes.proxy.behave(call -> Fault.none());
            fixture.topics.send(List.of(record(lanes.live, "a", 2000, "2")));
            try (Writer next = lanes.writer(lanes.live, settings)) {
                lanes.awaitCommitted(lanes.live);
                assertThat(lanes.table()).containsExactly(Map.entry("a", "2"));
                assertThat(lanes.proxy.concurrentCalls()).as("the old request").isPositive();
                release.countDown();
                await().atMost(WriterFixture.SOON).until(() -> lanes.proxy.concurrentCalls() == 0);
            }
            assertThat(lanes.table()).containsExactly(Map.entry("a", stays));
        }
    }

    @Test
    void keepExistingBackfillNeverChangesWhatLiveHasWrittenOrDeleted() {
        try (Lanes lanes = new Lanes("kept")) {
            Map<String, String> liveSettings = Map.of(
                    "WRITER_VERSION_ATTRIBUTE",
                    "sidetrack_version",
                    "WRITER_TOMBSTONE_TTL",
                    "3600",
                    "WRITER_TOMBSTONE_TTL_ATTRIBUTE",
                    "expires");
            List<ProducerRecord<byte[], byte[]>> live = new ArrayList<>();
            List<ProducerRecord<byte[], byte[]>> backfill = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                backfill.add(record(lanes.backfill, "k" + i, 1, Integer.toString(i)));
                if (i % 3 == 1) {
                    live.add(record(lanes.live, "k" + i, 2, Integer.toString(1000 + i)));
                } else if (i % 3 == 2) {
                    live.add(record(lanes.live, "k" + i, 2, null));
                }
            }
            backfill.add(record(lanes.backfill, "k0", 3, null));
            fixture.topics.send(live);
            try (Writer writer = lanes.writer(lanes.live, liveSettings)) {
                lanes.awaitCommitted(lanes.live);
            }
            fixture.topics.send(backfill);
            try (Writer writer = lanes.writer(
                    lanes.backfill,
                    // A request that is sent again, or a record that is read again, finds the items of the first
                    // attempt,
                    // and then counts as stale.
                    with(UNDISTURBED, "WRITER_MODE", "keep-existing"))) {
                lanes.awaitCommitted(lanes.backfill);
                assertThat(writer.metric("sidetrack_writer_items_total{outcome=\"written\"}"))
                        .isEqualTo(100);
                assertThat(writer.metric("sidetrack_writer_items_total{outcome=\"stale\"}"))
                        .isEqualTo(201);
            }
            Map<String, String> expected = new TreeMap<>();
            for (int i = 0; i < 300; i++) {
                expected.put("k" + i, i % 3 == 0 ? "" + i : i % 3 == 1 ? "" + (1000 + i) : "deleted");
            }
            assertThat(lanes.values()).isEqualTo(expected);
            Map<String, AttributeValue> marker = fixture.tables
                    .get(lanes.name, Map.of("id", AttributeValue.fromS("k2")))
                    .orElseThrow();
            assertThat(marker.keySet())
                    .containsExactlyInAnyOrder(
                            "id",
                            "expires",
                            "sidetrack_version",
                            "sidetrack_version_tie",
                            "sidetrack_version_deleted",
                            "sidetrack_version_shape");
            assertThat(Long.parseLong(marker.get("expires").n()))
                    .isBetween(System.currentTimeMillis() / 1000 + 3000, System.currentTimeMillis() / 1000 + 3600);
        }
    }

    /** Live overwrites and the backfill keeps existing items, so only a marker shows that an item was deleted. */
    @ParameterizedTest
    @CsvSource({"0, 1", "3600, deleted"})
    void backfillRestoresADeletedItemUnlessTheLiveWriterLeavesMarkers(String tombstoneTtl, String stays) {
        try (Lanes lanes = new Lanes("back-" + stays)) {
            fixture.topics.send(List.of(record(lanes.live, "a", 2000, "2"), record(lanes.live, "a", 3000, null)));
            try (Writer live = lanes.writer(lanes.live, Map.of("WRITER_TOMBSTONE_TTL", tombstoneTtl))) {
                lanes.awaitCommitted(lanes.live);
            }
            fixture.topics.send(List.of(record(lanes.backfill, "a", 1000, "1")));
            try (Writer backfill = lanes.writer(lanes.backfill, Map.of("WRITER_MODE", "keep-existing"))) {
                lanes.awaitCommitted(lanes.backfill);
                assertThat(backfill.process().output().lines())
                        .filteredOn(line -> line.contains("WRITER_TOMBSTONE_TTL"))
                        .as("the risk and the setting that prevents it, once")
                        .hasSize(1);
            }
            assertThat(lanes.values()).containsExactly(Map.entry("a", stays));
        }
    }

    @Test
    void itemsThatDoNotFitAStatementAreGuardedToo() {
        try (Lanes lanes = new Lanes("odd")) {
            StringBuilder wide = new StringBuilder();
            for (int i = 0; i < 900; i++) {
                wide.append(",\"attribute-").append(i).append("\":").append(i);
            }
            List<String> odd = List.of(
                    wide.toString(),
                    ",\"it's\":1",
                    ",\"a \\\"quoted\\\" name\":{\"b\":[1,\"}\"]}",
                    ",\"ключ\":\"\\\\\"",
                    ",\"#x\":1,\":y\":2",
                    ",\"dotted.name\":1,\"b[0]\":2",
                    ",\"sidetrack_version\":99999999999999,\"sidetrack_version_tie\":\"x\"");
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < odd.size(); i++) {
                for (int version : List.of(2, 1)) {
                    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                            lanes.live,
                            ("k" + i).getBytes(UTF_8),
                            ("{\"id\":\"k" + i + "\",\"at\":\"1970-01-01T00:00:0" + version + "Z\",\"n\":" + version
                                            + odd.get(i) + "}")
                                    .getBytes(UTF_8));
                    records.add(record);
                }
            }
            records.add(new ProducerRecord<>(
                    lanes.live, "none".getBytes(UTF_8), "{\"id\":\"none\",\"n\":1}".getBytes(UTF_8)));
            fixture.topics.send(records);
            for (String mode : List.of("newest-wins", "keep-existing")) {
                try (Writer writer = lanes.writer(
                        lanes.live,
                        Map.of(
                                "WRITER_MODE",
                                mode,
                                "WRITER_VERSION",
                                "/at",
                                "WRITER_APPLICATION_ID",
                                "odd-" + mode,
                                "WRITER_BATCH_SIZE",
                                "1"))) {
                    await().atMost(WriterFixture.SOON).until(() -> fixture.topics.lag("odd-" + mode, lanes.live) == 0);
                    writer.assertCountersAddUp();
                }
            }
            Map<String, String> expected = new TreeMap<>();
            for (int i = 0; i < odd.size(); i++) {
                expected.put("k" + i, "2");
            }
            // The second writer keeps no version, so its items have none.
            expected.put("none", "1");
            assertThat(lanes.values()).isEqualTo(expected);
            Map<String, AttributeValue> stamped = fixture.tables
                    .get(lanes.name, Map.of("id", AttributeValue.fromS("k" + (odd.size() - 1))))
                    .orElseThrow();
            assertThat(stamped.get("sidetrack_version").n()).isEqualTo("2000");
            List<ConsumerRecord<byte[], byte[]>> deadLetters = fixture.topics.read(lanes.live + "-dead-letters");
            assertThat(deadLetters).hasSize(1);
            assertThat(new String(
                            deadLetters
                                    .get(0)
                                    .headers()
                                    .lastHeader("sidetrack-reason")
                                    .value(),
                            UTF_8))
                    .isEqualTo("version-missing");
        }
    }

    private static final String TRIED = "sidetrack_writer_guard_items_total{path=\"%s\",result=\"%s\"}";

    @Test
    void writerOfALaneWhoseKeysExistUpdatesThemInBatches() {
        try (Lanes lanes = new Lanes("known");
                Writer writer = lanes.writer(lanes.live, with(UNDISTURBED, "WRITER_MODE", "newest-wins"))) {
            int learned = 0;
            for (int round = 0; round < 10; round++) {
                List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    records.add(record(lanes.live, "k" + i, round, Integer.toString(round)));
                }
                fixture.topics.send(records);
                lanes.awaitCommitted(lanes.live);
                if (round == 1) {
                    learned = lanes.proxy.calls("BatchExecuteStatement");
                }
            }
            assertThat(lanes.table().values()).containsOnly("9");
            // 20 full batches in each of the 8 following rounds; some batches are smaller.
            assertThat(lanes.proxy.calls("BatchExecuteStatement") - learned).isBetween(8 * 15, 8 * 60);
            assertThat(lanes.proxy.calls("PutItem")).isLessThan(100);
            assertThat(writer.metric(TRIED.formatted("update", "written"))).isGreaterThan(3900);
        }
    }

    @Test
    void itemsWithoutAFingerprintAreReplacedWholeAndGetOne() {
        try (Lanes lanes = new Lanes("former");
                Writer writer = lanes.writer(lanes.live, with(UNDISTURBED, "WRITER_MODE", "newest-wins"))) {
            for (int i = 0; i < 600; i++) {
                putFormerItem(lanes, "k" + i, i % 4);
            }
            // One of the former release that is newer.
            Map<String, AttributeValue> newer = new HashMap<>(lanes.item("k1"));
            newer.put("sidetrack_version", AttributeValue.fromN("9999999999999"));
            fixture.tables.put(lanes.name, newer);
            Map<String, String> expected = new TreeMap<>();
            for (int round = 2; round <= 4; round++) {
                List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
                for (int i = 0; i < 600; i++) {
                    records.add(record(lanes.live, "k" + i, 1000L * round, Integer.toString(round), ",\"mine\":null"));
                    expected.put("k" + i, i == 1 ? "-1 legacy" : round + " mine");
                }
                fixture.topics.send(records);
                lanes.awaitCommitted(lanes.live);
                assertThat(lanes.table()).isEqualTo(expected);
            }
            assertThat(lanes.item("k0")).containsKey("sidetrack_version_shape");
            assertThat(writer.metric(TRIED.formatted("replace", "written"))).isPositive();
            // Each item is of another shape once.
            assertThat(writer.metric(TRIED.formatted("update", "other-shape"))).isLessThanOrEqualTo(600);
        }
    }

    @Test
    void itemsPutByTheFormerReleaseDuringAnUpgradeAreReplacedWhole() {
        try (Lanes lanes = new Lanes("rolling");
                Writer writer = lanes.writer(lanes.live, NEWEST_WINS)) {
            Map<String, String> expected = new TreeMap<>();
            for (int round = 1; round <= 4; round++) {
                List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    records.add(record(lanes.live, "k" + i, 10_000L * round, Integer.toString(round), ",\"mine\":1"));
                    expected.put("k" + i, round + " mine");
                }
                fixture.topics.send(records);
                lanes.awaitCommitted(lanes.live);
                assertThat(lanes.table()).isEqualTo(expected);
                for (int i = 0; i < 100; i += 2) {
                    // A put of the former release replaces the item, so that it has no fingerprint any more.
                    putFormerItem(lanes, "k" + i, 1);
                }
            }
            assertThat(writer.metric(TRIED.formatted("update", "written"))).isPositive();
        }
    }

    @Test
    void attributeThatAnotherProgramAddsDoesNotSurviveANewerRecord() {
        try (Lanes lanes = new Lanes("foreign");
                Writer writer = lanes.writer(lanes.live, NEWEST_WINS)) {
            for (int round = 1; round <= 12; round++) {
                List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    records.add(record(lanes.live, "k" + i, round, Integer.toString(round)));
                }
                fixture.topics.send(records);
                lanes.awaitCommitted(lanes.live);
                assertThat(lanes.table().values()).containsOnly(Integer.toString(round));
                if (round >= 10) {
                    for (int i = 0; i < 50; i += 5) {
                        Map<String, AttributeValue> item = new HashMap<>(lanes.item("k" + i));
                        item.put("foreign", AttributeValue.fromS("x"));
                        fixture.tables.put(lanes.name, item);
                    }
                }
            }
            assertThat(writer.metric(TRIED.formatted("update", "foreign-attributes")))
                    .isPositive();
        }
    }

    @Test
    void smallRecordsReplaceItemsThatAreTooLargeForAResponse() {
        try (Lanes lanes = new Lanes("large");
                Writer writer = lanes.writer(lanes.live, NEWEST_WINS)) {
            String large = ",\"text\":\"" + "x".repeat(100_000) + "\"";
            for (int round = 1; round <= 4; round++) {
                List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    records.add(record(
                            lanes.live,
                            "k" + i,
                            round,
                            Integer.toString(round),
                            round % 2 == 1 ? large : ",\"text\":1"));
                }
                fixture.topics.send(records);
                lanes.awaitCommitted(lanes.live);
                assertThat(lanes.table().values()).containsOnly(round + " text");
            }
            assertThat(writer.metric("sidetrack_writer_request_seconds_count{outcome=\"too-large\"}"))
                    .isPositive();
            writer.assertCountersAddUp();
        }
    }
}
