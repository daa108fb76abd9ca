package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.copy.CopySession;
import io.sidetrack.ops.copy.Copying;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.copy.ParkedCopyId;
import io.sidetrack.ops.copy.Placement;
import io.sidetrack.ops.copy.Slice;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The audit of a real log: transactions, ranges, groups and mistakes of operators. */
class AuditIT {
    private static final long START_MS = Instant.parse("2026-05-01T00:00:00Z").toEpochMilli();

    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture();

    /** One record per second from {@link #START_MS} on, with keys in turn. */
    private static ProducerRecord<byte[], byte[]> record(String topic, int i) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic,
                i % 4 / 2,
                START_MS + i * 1000L,
                ("k" + i % 4).getBytes(UTF_8),
                ("{\"secret\":" + i + "}").getBytes(UTF_8));
        record.headers().add("h", null);
        return record;
    }

    /** The copy that a router sends to a lane, alternating between the lanes. */
    private static ProducerRecord<byte[], byte[]> copy(String source, int i) {
        ProducerRecord<byte[], byte[]> of = record(source, i);
        ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(
                source + (i % 2 == 0 ? "-live" : "-backfill"), i % 4, null, of.key(), of.value(), of.headers());
        OriginalTimestamp.addIfAbsent(copy.headers(), of.timestamp());
        return copy;
    }

    /** Creates a source whose first records are on the lanes, with the offsets of the router. */
    private static void routed(String source, int records, int routed) {
        FIXTURE.topics().create(source, 2, Map.of("retention.ms", "-1"));
        FIXTURE.topics().createLane(source + "-live", 4);
        FIXTURE.topics().createLane(source + "-backfill", 4);
        FIXTURE.topics().createLane(source + "-dead-letters", 1);
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            all.add(record(source, i));
            if (i < routed) {
                all.add(copy(source, i));
            }
        }
        FIXTURE.topics().send(all);
        commit(source, routed / 2);
    }

    private static void commit(String source, long offset) {
        FIXTURE.commit("sidetrack-router-" + source, source, Map.of(0, offset, 1, offset));
    }

    private static void inTransaction(boolean commits, List<ProducerRecord<byte[], byte[]>> records) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", FIXTURE.broker().bootstrapServers(), "transactional.id", "t" + System.nanoTime());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                var unused = producer.send(record);
            }
            producer.flush();
            if (commits) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    @Test
    void ignoresAbortedRecordsAndDoesNotMissUnroutedOnes() {
        routed("a", 400, 300);
        inTransaction(false, List.of(record("a", 1000), copy("a", 7), copy("a", 1000)));
        inTransaction(true, List.of(record("a", 400), copy("a", 300)));
        OperatorFixture.Ended ended = FIXTURE.run("audit", "--source", "a").assertDone();
        assertThat(ended.out())
                .startsWith("a: 300 records routed, 100 not yet")
                .contains("clean: every record has arrived exactly once")
                .doesNotContain("\u001b", "\r");
        assertThat(FIXTURE.run("audit", "--source", "a", "--json").assertDone().out())
                .startsWith("{\"clean\":true,\"source\":\"a\",\"routed\":300,\"notYetRouted\":100,\"copies\":{")
                .contains("\"missing\":{\"count\":0,\"accepted\":false,\"first\":[]}")
                .hasLineCount(1);
    }

    @Test
    void findingsContainPositionsAndNoValues() {
        routed("b", 200, 200);
        FIXTURE.topics().send(List.of(copy("b", 5), copy("b", 201)));
        FIXTURE.topics().send(List.of(record("b", 202)));
        commit("b", 200);
        OperatorFixture.Ended ended = FIXTURE.run("audit", "--source", "b");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out().lines())
                .contains(
                        "duplicated: 1, a record that occurs more often than in the source",
                        "  b-backfill, partition 1, offset 50; in the source: b, partition 0, offset 3; before it:"
                                + " b-backfill, partition 1, offset 1",
                        "missing: 1, a record that is in the source, but neither on a lane nor in the dead-letter"
                                + " topic, and is not parked",
                        "  b, partition 1, offset 100",
                        "unexpected: 1, a record that is not in the source",
                        "  b-backfill, partition 1, offset 51",
                        "NOT CLEAN");
        assertThat(ended.out()).doesNotContain("secret");
        assertThat(FIXTURE.run("audit", "--source", "b", "--json").out())
                .contains("\"first\":[{\"at\":{\"topic\":\"b\",\"partition\":1,\"offset\":100}}]");
        assertThat(FIXTURE.run("audit", "--source", "b", "--allow-duplicates").out())
                .contains("accepted, duplicated: 1")
                .contains("NOT CLEAN");
    }

    @Test
    void bothLanesCanBeOneTopic() {
        FIXTURE.topics().create("g", 2, Map.of("retention.ms", "-1"));
        FIXTURE.topics().createLane("all", 4);
        FIXTURE.topics().createLane("g-dead-letters", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ProducerRecord<byte[], byte[]> copy = copy("g", i);
            records.add(record("g", i));
            records.add(new ProducerRecord<>("all", copy.partition(), null, copy.key(), copy.value(), copy.headers()));
        }
        FIXTURE.topics().send(records);
        commit("g", 20);
        String[] audit = {"audit", "--source", "g", "--live", "all", "--backfill", "all"};
        assertThat(FIXTURE.run(audit).assertDone().out())
                .startsWith("g: 40 records routed, 0 not yet")
                .containsOnlyOnce(" on all");
        FIXTURE.topics().send(records.subList(1, 2));
        assertThat(FIXTURE.run(audit).out()).contains("duplicated: 1,").doesNotContain("in-two-places");
    }

    /** Copies parked records to the lane, as {@code sidetrack backfill resume} does, up to an offset of each partition. */
    private static void copyParked(String lane, String backfill, long to) {
        KafkaProperties client =
                KafkaProperties.of(Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers()));
        String parked = lane + "-parked";
        try (Cluster cluster = Cluster.open(client);
                CopySession session = CopySession.open(
                        cluster,
                        new JournalTopic(cluster, DefaultNames.JOURNAL_TOPIC),
                        ParkedCopyId.of(lane, backfill, ParkedBy.ROUTER),
                        refusal -> {
                            throw new AssertionError(refusal);
                        })) {
            SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
            cluster.ranges(parked, 4)
                    .forEach(
                            (partition, range) -> ranges.put(partition, new OffsetRange(0, Math.min(to, range.end()))));
            CopySession.Plan plan = new CopySession.Plan("test", new Slice(parked, ranges), lane, 1, null);
            if (session.earlier().isEmpty()) {
                session.begin(plan);
            } else {
                session.extend(plan);
            }
            StopRequest never = new StopRequest(Thread.currentThread());
            session.copy(
                    new Copying(lane, record -> true, Placement.samePartition(), record -> {
                        RecordHeaders headers =
                                new RecordHeaders(record.headers().toArray());
                        headers.remove(ParkedBy.HEADER);
                        return headers;
                    }),
                    cluster.topics().require("lane", lane),
                    new CopySession.Pace(1, new RateLimit(0, System::nanoTime, never), never),
                    state -> {});
        }
    }

    private static ProducerRecord<byte[], byte[]> named(ProducerRecord<byte[], byte[]> record, String backfill) {
        record.headers().add("x-backfill", backfill.getBytes(UTF_8));
        return record;
    }

    @Test
    void parkedRecordsCountUntilTheJournalSaysThatTheyAreBackAndDiscardedOnesAreNotMissing() {
        routed("h", 0, 0);
        FIXTURE.topics().createLane("h-backfill-parked", 4);
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        for (int i = 1; i < 80; i += 2) {
            String backfill = i % 20 == 1 ? "gone" : "mine";
            all.add(named(record("h", i), backfill));
            ProducerRecord<byte[], byte[]> copy = named(copy("h", i), backfill);
            if (backfill.equals("mine") && i > 40) {
                ParkedBy.ROUTER.addTo(copy.headers());
                all.add(new ProducerRecord<>(
                        "h-backfill-parked", copy.partition(), null, copy.key(), copy.value(), copy.headers()));
            } else if (backfill.equals("mine")) {
                all.add(copy);
            }
        }
        FIXTURE.topics().send(all);
        commit("h", 20);
        assertThat(FIXTURE.run("audit", "--source", "h").code())
                .as("nobody has discarded a record")
                .isEqualTo(1);
        ControlTopic control = new ControlTopic(
                DefaultNames.CONTROL_TOPIC,
                KafkaProperties.of(Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers())),
                Duration.ofSeconds(30));
        control.put(
                "h-backfill", "mine", NamedBackfill.paused(1), FIXTURE.topics().admin());
        control.put(
                "h-backfill",
                "gone",
                NamedBackfill.cancelled(true, 1),
                FIXTURE.topics().admin());
        assertThat(FIXTURE.run("audit", "--source", "h").assertDone().out())
                .contains("18 parked in h-backfill-parked, until their backfill is resumed")
                .contains("4 discarded, because their backfill is or was cancelled")
                .contains("clean: every record has arrived exactly once, or is parked, or was discarded");

        NamedBackfill resumed =
                NamedBackfill.cancelled(true, 1).resuming(Map.of(), Map.of(), 1).resumed(Map.of(), 1);
        control.put("h-backfill", "gone", resumed, FIXTURE.topics().admin());
        FIXTURE.run("backfill", "pause", "gone", "--source", "h").assertDone();
        assertThat(FIXTURE.run("audit", "--source", "h").assertDone().out())
                .as("the backfill is paused, and was cancelled before")
                .contains("4 discarded, because their backfill is or was cancelled");

        copyParked("h-backfill", "mine", 3);
        assertThat(FIXTURE.run("audit", "--source", "h").assertDone().out()).contains("12 parked in h-backfill-parked");
        copyParked("h-backfill", "mine", Long.MAX_VALUE);
        assertThat(FIXTURE.run("audit", "--source", "h", "--json").assertDone().out())
                .contains("\"parked\":0,\"discarded\":4,\"returned\":0");
        FIXTURE.topics().send(all.subList(all.size() - 1, all.size()));
        assertThat(FIXTURE.run("audit", "--source", "h").out())
                .as("a record that was parked twice")
                .contains("in-two-places: 1,");
    }

    @Test
    void rangeIsGivenByTimeOrByOffsets() {
        routed("c", 400, 400);
        FIXTURE.topics().send(List.of(copy("c", 30)));
        String from = Instant.ofEpochMilli(START_MS + 100_000).toString();
        String to = Instant.ofEpochMilli(START_MS + 300_000).toString();
        OperatorFixture.Ended byTime = FIXTURE.run("audit", "--source", "c", "--from", from, "--to", to)
                .assertDone();
        assertThat(byTime.out())
                .startsWith("c: 200 records routed, 0 not yet")
                .contains("201 of them match no source record of the range");
        // The lanes have the current time.
        String now = Instant.now().plusSeconds(60).toString();
        assertThat(FIXTURE.run("audit", "--source", "c", "--from", from, "--to", to, "--lanes-from", now)
                        .code())
                .isEqualTo(1);
        assertThat(FIXTURE.run("audit", "--source", "c", "--from-offset", "0=100,1=100", "--to-offset", "1=150")
                        .assertDone()
                        .out())
                .startsWith("c: 150 records routed");
        assertThat(FIXTURE.run("audit", "--source", "c", "--to-offset", "0=16").code())
                .as("the duplicate record is in the range")
                .isEqualTo(1);
    }

    @Test
    void waitsForAnOpenTransactionOnALaneAndNamesIt() {
        routed("d", 20, 20);
        Map<String, Object> properties =
                Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers(), "transactional.id", "open");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(copy("d", 20));
            producer.flush();
            FIXTURE.run("audit", "--source", "d", "--patience-s", "5")
                    .assertRefused(2, "d-live, partition 0, offset 5: nothing could be read within 5 s");
            producer.abortTransaction();
        }
        FIXTURE.run("audit", "--source", "d").assertDone();
    }

    @Test
    void failedAuditHasItsOwnExitCode() {
        routed("e", 2, 2);
        FIXTURE.run("audit", "--source", "none").assertRefused(2, "--source=none: there is no such topic");
        FIXTURE.run("audit", "--source", "e", "--router-group", "nobody")
                .assertRefused(2, "group nobody has committed no offset of e");
        FIXTURE.run("audit", "--source", "e", "--dead-letters", "none").assertRefused(2, "--dead-letters=none");
        FIXTURE.run("audit", "--source", "e", "--from", "yesterday").assertRefused(2, "--from");
    }

    /** 400 records of 1 MB in the source and on the lanes, all of which fit into one fetch because they are compressed. */
    @Test
    void auditsMoreBytesOfRecordsThanTheHeapHolds() throws Exception {
        routed("f", 0, 0);
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                FIXTURE.broker().bootstrapServers(),
                "compression.type",
                "lz4",
                "max.request.size",
                10_000_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 400; i++) {
                byte[] value = new byte[1 << 20];
                value[i] = 1;
                var unusedRecord = producer.send(withValue(record("f", i), value));
                var unusedCopy = producer.send(withValue(copy("f", i), value));
            }
        }
        commit("f", 200);
        try (ServiceProcess process = FIXTURE.start(256, Map.of(), "audit", "--source", "f")) {
            assertThat(process.exitCode(Duration.ofMinutes(3)))
                    .as(process::errors)
                    .isZero();
            assertThat(process.output())
                    .startsWith("f: 400 records routed, 0 not yet")
                    .contains("clean: every record has arrived exactly once");
        }
    }

    private static ProducerRecord<byte[], byte[]> withValue(ProducerRecord<byte[], byte[]> of, byte[] value) {
        return new ProducerRecord<>(of.topic(), of.partition(), of.timestamp(), of.key(), value, of.headers());
    }
}
