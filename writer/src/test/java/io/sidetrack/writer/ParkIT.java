package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.FaultProxy;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Named backfills that an operator pauses, cancels and resumes while their records are on the lane. */
@Execution(ExecutionMode.CONCURRENT)
class ParkIT {
    private static final int PARTITIONS = 3;
    private static final String HEADER = DefaultNames.BACKFILL_HEADER;
    private static final Map<String, String> SETTINGS = Map.of(
            "WRITER_LANE", "backfill",
            "WRITER_MAX_IN_FLIGHT", "4",
            "KAFKA_COMMIT_INTERVAL_MS", "300",
            "WRITER_DRAIN_TIMEOUT_MS", "1000");

    /**
     * For a writer that another one replaces without its leave. The others keep the default, because a member that loses its
     * session on a busy machine reads records again, and counts them twice.
     */
    private static final Map<String, String> SHORT_SESSION =
            Map.of("KAFKA_SESSION_TIMEOUT_MS", "2000", "KAFKA_HEARTBEAT_INTERVAL_MS", "300");

    private static WriterFixture fixture;
    private static ControlTopic control;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture(Map.of(
                "group.min.session.timeout.ms",
                "500",
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true",
                // Kafka's default.
                "auto.create.topics.enable",
                "true"));
        control = control(DefaultNames.CONTROL_TOPIC);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static ControlTopic control(String name) {
        return new ControlTopic(
                name, KafkaProperties.of(Map.of("bootstrap.servers", fixture.bootstrapServers)), WriterFixture.SOON);
    }

    private static TopicIdentity identity(String topic) {
        return new TopicDirectory(fixture.topics.admin(), WriterFixture.SOON).identity(topic);
    }

    private static void set(String lane, String name, NamedBackfill setting) {
        control.put(lane, name, setting, fixture.topics.admin());
    }

    /** Sends records with a key each, of both backfills in turn. */
    private static void send(String lane, int from, int to, String... names) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            for (String name : names) {
                records.add(named(lane, name, name + i, "{\"id\":\"" + name + i + "\",\"n\":" + i + "}"));
            }
        }
        fixture.topics.send(records);
    }

    private static ProducerRecord<byte[], byte[]> named(String lane, String name, String key, String value) {
        Headers headers = new RecordHeaders().add(HEADER, name.getBytes(UTF_8)).add("other", new byte[] {0, -1});
        return new ProducerRecord<>(lane, null, key.getBytes(UTF_8), value.getBytes(UTF_8), headers);
    }

    private static double items(Writer writer, RecordOutcome outcome) {
        return writer.metric("sidetrack_writer_items_total{outcome=\"" + outcome.label() + "\"}");
    }

    private static double items(Writer writer, String name, RecordOutcome outcome) {
        return writer.metric("sidetrack_writer_backfill_records_total{backfill=\"" + name + "\",outcome=\""
                + outcome.label() + "\"}");
    }

    private static long lag(String lane) {
        return fixture.topics.lag(DefaultNames.writerGroup(lane, lane), lane);
    }

    private static void awaitCommitted(String lane) {
        await().atMost(WriterFixture.SOON)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(lag(lane)).isZero());
    }

    private static Set<String> keys(String lane, String prefix) {
        return fixture.table(lane).keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .collect(Collectors.toSet());
    }

    private static Set<String> keys(String prefix, int from, int to) {
        Set<String> keys = new HashSet<>();
        for (int i = from; i < to; i++) {
            keys.add(prefix + i);
        }
        return keys;
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }

    /**
     * Each parked record is the one on the lane, with the lane's timestamp and the mark in headers. The last copies are in the
     * order of the lane, and a record that is behind a newer one is a repetition.
     *
     * @param written the keys that were written before they were parked
     * @return the keys that are parked
     */
    private static Set<String> assertParkedInOrder(String lane, Set<String> written) {
        Map<String, ConsumerRecord<byte[], byte[]>> onLane = new HashMap<>();
        fixture.topics.read(lane).forEach(record -> onLane.putIfAbsent(key(record), record));
        Map<Integer, Map<String, Long>> last = new HashMap<>();
        Map<Integer, Long> newest = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> parked : fixture.topics.read(lane + "-parked")) {
            ConsumerRecord<byte[], byte[]> original = onLane.get(key(parked));
            assertThat(parked.partition()).isEqualTo(original.partition());
            assertThat(parked.value()).isEqualTo(original.value());
            Headers expected = new RecordHeaders(original.headers().toArray());
            OriginalTimestamp.addIfAbsent(expected, original.timestamp());
            ParkedBy.addWriter(
                    expected, original.offset(), ParkedBy.reader(DefaultNames.writerGroup(lane, lane), identity(lane)));
            assertThat(parked.headers()).isEqualTo(expected);
            Map<String, Long> copies = last.computeIfAbsent(parked.partition(), any -> new HashMap<>());
            if (original.offset() < newest.getOrDefault(parked.partition(), -1L)) {
                assertThat(copies.containsKey(key(parked)) || written.contains(key(parked)))
                        .as("%s of partition %d is a repetition", key(parked), parked.partition())
                        .isTrue();
            }
            copies.put(key(parked), parked.offset());
            newest.merge(parked.partition(), original.offset(), Math::max);
        }
        Set<String> keys = new HashSet<>();
        last.forEach((partition, offsets) -> {
            List<Long> inTheOrderOfTheLane = new TreeMap<>(offsets.entrySet().stream()
                            .collect(Collectors.toMap(
                                    entry -> onLane.get(entry.getKey()).offset(), Map.Entry::getValue)))
                    .values().stream().toList();
            assertThat(inTheOrderOfTheLane).isSorted();
            keys.addAll(offsets.keySet());
        });
        return keys;
    }

    @Test
    void pausedBackfillIsParkedInOrderWhileOthersAreWrittenAndIsResumedAfterAKill() {
        String lane = "paused";
        fixture.lane(lane, PARTITIONS);
        fixture.topics.createLane(lane + "-parked", PARTITIONS);
        FaultProxy slow = FaultProxy.inFrontOf(fixture.dynamo.endpoint());
        // The records take 8 s, so that most are unread when the pause takes effect, even on a busy machine.
        slow.behave(call -> new Fault.Latency(Duration.ofMillis(200)));
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(SHORT_SESSION);
        settings.put("WRITER_BUFFER_RECORDS", "200");
        settings.putAll(SandboxTables.environment(slow.endpoint()));
        send(lane, 0, 2000, "a", "b");
        try (slow;
                Writer writer = fixture.writer(lane, settings)) {
            await().atMost(WriterFixture.SOON).until(() -> items(writer, "a", RecordOutcome.WRITTEN) >= 50);
            set(lane, "a", NamedBackfill.paused(1));
            await().atMost(WriterFixture.SOON).until(() -> items(writer, RecordOutcome.PARKED) >= 100);
            assertThat(writer.process().output())
                    .contains("set by the operator: backfill a: paused, its records are moved to paused-parked");
            writer.process().kill();
            await().atMost(WriterFixture.SOON).until(() -> slow.concurrentCalls() == 0);
        }
        Set<String> writtenBefore = keys(lane, "a");
        send(lane, 2000, 2300, "a", "b");
        Map<Integer, Long> ends = new HashMap<>();
        fixture.topics.ends(lane).forEach((partition, end) -> ends.put(partition.partition(), end));
        set(lane, "a", NamedBackfill.paused(1).resuming(ends, Map.of(), 2));
        send(lane, 2300, 2600, "a", "b");
        try (Writer writer = fixture.writer(lane, SETTINGS)) {
            awaitCommitted(lane);
            writer.assertCountersAddUp();
            assertThat(items(writer, "a", RecordOutcome.PARKED)).isEqualTo(items(writer, RecordOutcome.PARKED));
            assertThat(items(writer, "a", RecordOutcome.WRITTEN)).isEqualTo(300);
            assertThat(items(writer, "b", RecordOutcome.PARKED)).isZero();
            assertThat(keys(lane, "b")).isEqualTo(keys("b", 0, 2600));

            Set<String> parked = assertParkedInOrder(lane, writtenBefore);
            assertThat(parked).as("before the offset of the resume").isSubsetOf(keys("a", 0, 2300));
            Set<String> all = new HashSet<>(parked);
            all.addAll(keys(lane, "a"));
            assertThat(all).as("written or parked").isEqualTo(keys("a", 0, 2600));
            assertThat(keys(lane, "a"))
                    .as("nothing that was parked after the kill is written")
                    .hasSize(writtenBefore.size() + 300);

            copyBack(lane);
            awaitCommitted(lane);
            assertThat(keys(lane, "a")).isEqualTo(keys("a", 0, 2600));
            assertThat(items(writer, "a", RecordOutcome.WRITTEN)).isGreaterThanOrEqualTo(300 + parked.size());
            writer.process().terminate();
            assertThat(writer.process().exitCode(WriterFixture.SOON)).isZero();
        }
    }

    /** As the operator's tool does. */
    private static void copyBack(String lane) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> parked : fixture.topics.read(lane + "-parked")) {
            Headers headers = new RecordHeaders(parked.headers().toArray());
            headers.remove(ParkedBy.HEADER);
            records.add(new ProducerRecord<>(lane, parked.partition(), parked.key(), parked.value(), headers));
        }
        fixture.topics.send(records);
    }

    /** Records of the new lane would be parked, and nobody would copy them back. */
    @Test
    void laneThatIsCreatedAgainIsWrittenFromItsBeginning() throws ExecutionException, InterruptedException {
        String lane = "again";
        fixture.lane(lane, PARTITIONS);
        fixture.topics.createLane(lane + "-parked", PARTITIONS);
        set(
                lane,
                "a",
                NamedBackfill.paused(1)
                        .resuming(Map.of(0, 1000L, 1, 1000L, 2, 1000L), Map.of(), 2)
                        .withLane(identity(lane))
                        .resumed(Map.of(), 3));
        fixture.topics.admin().deleteTopics(List.of(lane)).all().get();
        await().atMost(WriterFixture.SOON)
                .until(() -> !fixture.topics.admin().listTopics().names().get().contains(lane));
        fixture.topics.createLane(lane, PARTITIONS);
        send(lane, 0, 100, "a", "b");
        try (Writer writer = fixture.writer(lane, SETTINGS)) {
            awaitCommitted(lane);
            writer.assertCountersAddUp();
            assertThat(items(writer, RecordOutcome.PARKED)).isZero();
            assertThat(keys(lane, "a")).isEqualTo(keys("a", 0, 100));
            // An operator pauses and resumes it again: now the offsets belong to this lane.
            set(
                    lane,
                    "a",
                    NamedBackfill.paused(4)
                            .resuming(Map.of(0, 1000L, 1, 1000L, 2, 1000L), Map.of(), 5)
                            .withLane(identity(lane)));
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.process().output()).contains("backfill a: resuming"));
            send(lane, 100, 200, "a");
            awaitCommitted(lane);
            assertThat(items(writer, RecordOutcome.PARKED)).isEqualTo(100);
        }
    }

    /** A discarded record is not even read: one that cannot be written is no dead letter. */
    @Test
    void cancelledBackfillIsDiscardedAndCounted() {
        String lane = "cancelled";
        fixture.lane(lane, PARTITIONS);
        set(lane, "a", NamedBackfill.cancelled(true, 1));
        send(lane, 0, 500, "a", "b");
        fixture.topics.send(List.of(named(lane, "a", "bad", "{"), named(lane, "b", "bad", "{")));
        try (Writer writer = fixture.writer(lane, SETTINGS)) {
            awaitCommitted(lane);
            writer.assertCountersAddUp();
            assertThat(items(writer, "a", RecordOutcome.DISCARDED)).isEqualTo(501);
            assertThat(items(writer, "b", RecordOutcome.WRITTEN)).isEqualTo(500);
            assertThat(items(writer, "b", RecordOutcome.DEAD_LETTERED)).isEqualTo(1);
            assertThat(fixture.table(lane).keySet()).isEqualTo(keys("b", 0, 500));
        }
    }

    /** Except that nothing is discarded: the backfill may have been resumed, as it is here. */
    @Test
    void settingsStayInEffectWhileTheControlTopicCannotBeRead() throws ExecutionException, InterruptedException {
        String lane = "unsteerable";
        fixture.lane(lane, PARTITIONS);
        fixture.topics.createLane(lane + "-parked", PARTITIONS);
        fixture.topics.createLane(lane + "-control", 1);
        ControlTopic own = control(lane + "-control");
        own.put(lane, "a", NamedBackfill.cancelled(true, 1), fixture.topics.admin());
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("WRITER_CONTROL_TOPIC", lane + "-control");
        try (Writer writer = fixture.writer(lane, settings)) {
            deny(lane + "-control", AclOperation.READ);
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(
                            () -> assertThat(writer.process().output()).contains("; the last commands stay in effect"));
            own.put(
                    lane,
                    "a",
                    NamedBackfill.cancelled(true, 1).resuming(Map.of(), Map.of(), 2),
                    fixture.topics.admin());
            send(lane, 0, 100, "a", "b");
            await().atMost(WriterFixture.SOON).until(() -> items(writer, "b", RecordOutcome.WRITTEN) == 100);
            await().atMost(WriterFixture.SOON).until(() -> items(writer, "a", RecordOutcome.PARKED) == 100);
            assertThat(items(writer, "a", RecordOutcome.DISCARDED)).isZero();
            assertThat(writer.metric("sidetrack_writer_control_failed_reads_total"))
                    .isPositive();
            allow(lane + "-control", AclOperation.READ);
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.process().output()).contains("backfill a: resuming"));
            send(lane, 100, 200, "a");
            await().atMost(WriterFixture.SOON).until(() -> items(writer, "a", RecordOutcome.WRITTEN) == 100);
            assertThat(writer.logged("commands stay in effect"))
                    .as("logged once")
                    .hasSize(1);
        }
    }

    @Test
    void outageOfTheParkedTopicLosesNothingAndEndsByItself() throws ExecutionException, InterruptedException {
        String lane = "unparkable";
        fixture.lane(lane, PARTITIONS);
        set(lane, "a", NamedBackfill.paused(1));
        send(lane, 0, 3000, "a", "b");
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(SHORT_SESSION);
        settings.put("WRITER_BUFFER_RECORDS", "200");
        settings.put("WRITER_SHUTDOWN_TIMEOUT_MS", "3000");
        try (Writer writer = fixture.writer(lane, settings)) {
            await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(
                            writer.process().output())
                    .contains(
                            "not accepted by unparkable-parked (there is no such topic); its offset is not committed"));
            assertHeld(writer, lane);
            assertThat(fixture.topics.admin().listTopics().names().get())
                    .as("the brokers would create it with one partition, and delete what is parked after a week")
                    .doesNotContain(lane + "-parked");
            assertThat(writer.logged("not accepted by")).hasSize(1);
            writer.process().terminate();
            assertThat(writer.process().exitCode(WriterFixture.SOON))
                    .as(() -> writer.process().output())
                    .isEqualTo(1);
        }
        deny(lane + "-parked", AclOperation.WRITE);
        fixture.topics.createLane(lane + "-parked", PARTITIONS);
        try (Writer writer = fixture.writer(lane, settings)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.process().output())
                            .contains("allow this principal to WRITE to unparkable-parked"));
            assertHeld(writer, lane);
            allow(lane + "-parked", AclOperation.WRITE);
            awaitCommitted(lane);
            writer.assertCountersAddUp();
            assertThat(assertParkedInOrder(lane, Set.of())).isEqualTo(keys("a", 0, 3000));
            assertThat(fixture.table(lane).keySet()).isEqualTo(keys("b", 0, 3000));
            assertThat(fixture.topics.read(lane + "-dead-letters")).isEmpty();
            writer.process().terminate();
            assertThat(writer.process().exitCode(WriterFixture.SOON)).isZero();
        }
    }

    /** W1: nothing behind a record that is not parked is committed. W4, W9: the writer lives, and holds few records. */
    private static void assertHeld(Writer writer, String lane) {
        await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(writer.metric("sidetrack_writer_paused"))
                .isEqualTo(1));
        assertThat(writer.metric("sidetrack_writer_hold{hold=\"waiting-for-room\"}")
                        + writer.metric("sidetrack_writer_hold{hold=\"waiting-for-commit\"}"))
                .isPositive();
        // Bounded by the buffer and the current round of Streams, however many records the topic holds.
        assertThat(writer.metric("sidetrack_writer_buffered_records")).isBetween(1.0, 2000.0);
        assertThat(ServiceProcess.status(writer.port(), "/livez")).isEqualTo(200);
        Map<Integer, Long> firstOfA = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : fixture.topics.read(lane)) {
            if (key(record).startsWith("a")) {
                firstOfA.putIfAbsent(record.partition(), record.offset());
            }
        }
        fixture.topics.committed(DefaultNames.writerGroup(lane, lane)).forEach((partition, offset) -> assertThat(offset)
                .as("%s", partition)
                .isLessThanOrEqualTo(firstOfA.get(partition.partition())));
    }

    private static void deny(String topic, AclOperation operation) throws ExecutionException, InterruptedException {
        fixture.topics
                .admin()
                .createAcls(List.of(
                        acl(topic, AclOperation.ALL, AclPermissionType.ALLOW),
                        acl(topic, operation, AclPermissionType.DENY)))
                .all()
                .get();
    }

    private static void allow(String topic, AclOperation operation) throws ExecutionException, InterruptedException {
        fixture.topics
                .admin()
                .deleteAcls(
                        List.of(acl(topic, operation, AclPermissionType.DENY).toFilter()))
                .all()
                .get();
    }

    private static AclBinding acl(String topic, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }
}
