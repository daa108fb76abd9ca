package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusAddition;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.ops.parked.QuickResume;
import io.sidetrack.ops.parked.ResumeOperation;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands pause, cancel and resume one backfill, whose records the test parks as routers and writers would. */
class BackfillNameIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String A = "a/é \"1\"";

    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture();

    private static String[] of(String source, String... arguments) {
        List<String> all = new ArrayList<>(List.of("backfill"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--source", source, "--table", "items"));
        return all.toArray(String[]::new);
    }

    private static String lane(String source) {
        return source + "-backfill";
    }

    private static String parked(String source) {
        return source + "-backfill-parked";
    }

    private static void create(String source) {
        FIXTURE.topics().createLane(source, 2);
        FIXTURE.topics().createBackfillLane(lane(source), 2);
    }

    private static Headers headers(String name) {
        return new RecordHeaders().add("x-backfill", name.getBytes(UTF_8)).add("other", new byte[] {1});
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, int partition, String value, Headers headers) {
        return new ProducerRecord<>(
                topic, partition, 5L, value.substring(0, 1).getBytes(UTF_8), value.getBytes(UTF_8), headers);
    }

    private static ProducerRecord<byte[], byte[]> byRouter(String source, int partition, String name, String value) {
        Headers headers = headers(name);
        ParkedBy.ROUTER.addTo(headers);
        return record(parked(source), partition, value, headers);
    }

    private static ProducerRecord<byte[], byte[]> byWriter(
            String source, int partition, String name, String value, long laneOffset) {
        Headers headers = headers(name);
        ParkedBy.addWriter(headers, laneOffset, "group");
        return record(parked(source), partition, value, headers);
    }

    /** The writers have read the lane up to its end, and the routers the source up to some offset. */
    private static void readAll(String source, long routed) {
        readAllOfTheLane(source);
        FIXTURE.commit(DefaultNames.routerGroup(source), source, Map.of(0, routed, 1, routed));
    }

    private static void readAllOfTheLane(String source) {
        FIXTURE.topics()
                .ends(lane(source))
                .forEach((partition, end) ->
                        FIXTURE.commit(writers(source), lane(source), Map.of(partition.partition(), end)));
    }

    private static String writers(String source) {
        return DefaultNames.writerGroup(lane(source), "items");
    }

    private static ResumeOperation.Result resume(String source, String name, boolean skipDeleted) {
        return resume(source, name, skipDeleted, "sidetrack-journal");
    }

    private static ResumeOperation.Result resume(String source, String name, String journal) {
        return resume(source, name, false, journal);
    }

    private static ResumeOperation.Result resume(String source, String name, boolean skipDeleted, String journal) {
        return QuickResume.run(
                FIXTURE.broker().bootstrapServers(),
                name,
                lane(source),
                source,
                DefaultNames.routerGroup(source),
                writers(source),
                skipDeleted,
                journal,
                new PrintWriter(new StringWriter()));
    }

    /** The values on the lane, by partition. */
    private static List<String> onLane(String source, int partition) {
        return FIXTURE.topics().read(lane(source)).stream()
                .filter(record -> record.partition() == partition)
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    private static ControlTopic control() {
        return new ControlTopic(
                "sidetrack-control",
                KafkaProperties.of(Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers())),
                SOON);
    }

    private static NamedBackfill setting(String source, String name) {
        return control().backfills(lane(source)).get(name);
    }

    @Test
    void refusesANameOrATopicThatCannotWork() {
        FIXTURE.topics().createLane("r", 1);
        FIXTURE.run(of("r", "pause", "a")).assertRefused(2, "--backfill=r-backfill: there is no such topic");
        FIXTURE.topics().createLane("r-backfill", 2);
        FIXTURE.run(of("r", "pause", "a"))
                .assertRefused(2, "--parked=r-backfill-parked: there is no such topic, so no record can be parked");
        FIXTURE.topics().createLane("few", 1);
        FIXTURE.run(of("r", "pause", "a", "--parked", "few"))
                .assertRefused(2, "--parked=few: has 1 partitions, but r-backfill has 2");
        FIXTURE.topics().create("old", 2, Map.of());
        FIXTURE.run(of("r", "pause", "a", "--parked", "old"))
                .assertRefused(2, "--parked=old: has message.timestamp.type=CreateTime");
        FIXTURE.topics()
                .create("compact", 2, Map.of("message.timestamp.type", "LogAppendTime", "cleanup.policy", "compact"));
        FIXTURE.run(of("r", "cancel", "a", "--discard", "--parked", "compact"))
                .assertRefused(2, "--parked=compact: has cleanup.policy=compact");
        for (String name : List.of("", "a\nb", "x".repeat(101), "é".repeat(51), "False", " 0 ", "\u202ea")) {
            FIXTURE.run(of("r", "pause", name)).assertRefused(2, "NAME=");
            FIXTURE.run(of("r", "resume", name)).assertRefused(2, "NAME=");
        }
        FIXTURE.topics()
                .create(
                        "short",
                        2,
                        Map.of(
                                "message.timestamp.type",
                                "LogAppendTime",
                                "retention.ms",
                                "60000",
                                "max.message.bytes",
                                "1000"));
        assertThat(FIXTURE.run(of("r", "pause", "b", "--parked", "short"))
                        .assertDone()
                        .err())
                .contains("short has retention.ms=60000: what is parked for longer is deleted")
                .contains("short has max.message.bytes=1000");
        FIXTURE.run(of("r", "cancel")).assertRefused(2, "NAME");
        FIXTURE.run(of("r", "pause", "a", "--not-started")).assertRefused(2, "--not-started");
        FIXTURE.run(of("r", "resume", "--allow-deleted")).assertRefused(2, "NAME is missing");
        FIXTURE.topics().createLane("r-backfill-parked", 2);
        FIXTURE.run(of("r", "resume", "a")).assertRefused(1, "a is neither paused nor cancelled");
        assertThat(setting("r", "a")).isNull();
    }

    @Test
    void parkedRecordsReturnOnceInOrderAndWithoutTheHeaderAndTheNextPauseContinues() {
        create("s");
        assertThat(FIXTURE.run(of("s", "pause", A)).assertDone().out())
                .contains("backfill " + A + ": paused since ")
                .contains("its records are parked in s-backfill-parked");
        NamedBackfill paused = setting("s", A);
        FIXTURE.run(of("s", "pause", A)).assertDone();
        assertThat(setting("s", A)).as("a second pause changes nothing").isEqualTo(paused);
        FIXTURE.topics().send(List.of(record(lane("s"), 0, "k1", headers(A)), record(lane("s"), 0, "k2", headers(A))));
        try (Transactions router = new Transactions(FIXTURE.broker(), "router-s")) {
            router.send(byRouter("s", 0, A, "k3"), byRouter("s", 0, "b", "no"));
            FIXTURE.topics()
                    .send(List.of(
                            byWriter("s", 0, A, "k1", 0),
                            byWriter("s", 0, A, "k2", 1),
                            byWriter("s", 0, A, "k1", 0),
                            byWriter("s", 1, A, "m1", 0),
                            byWriter("s", 1, "b", "no", 7)));
            readAll("s", 9);
            assertThat(FIXTURE.run(of("s", "status", "--json")).assertDone().out())
                    .contains("\"state\":\"paused\"", "\"leftToCopy\":5", "\"leftIsCounted\":true", "\"copied\":0");
            ResumeOperation.Result first = resume("s", A, false);
            assertThat(first.ofWriters()).isEqualTo(3);
            assertThat(first.ofRouters()).isEqualTo(1);
            assertThat(onLane("s", 0)).containsExactly("k1", "k2", "k1", "k2", "k3");
            assertThat(onLane("s", 1)).containsExactly("m1");
            assertThat(FIXTURE.topics().read(lane("s")))
                    .allSatisfy(record -> assertThat(record.headers()).isEqualTo(headers(A)));
            NamedBackfill resumed = setting("s", A);
            assertThat(resumed.state()).isEqualTo(NamedBackfill.State.RESUMED);
            assertThat(resumed.writeFrom()).isEqualTo(Map.of(0, 2L, 1, 0L));
            assertThat(resumed.copiedTo()).isEqualTo(Map.of(0, 9L, 1, 9L));
            assertThat(resume("s", A, false).ofRouters()).as("nothing is left").isZero();

            FIXTURE.run(of("s", "cancel", A)).assertDone();
            router.send(byRouter("s", 0, A, "k4"));
            readAll("s", 20);
            assertThat(resume("s", A, false).ofRouters()).isEqualTo(1);
            assertThat(onLane("s", 0)).containsExactly("k1", "k2", "k1", "k2", "k3", "k4");
        }
        assertThat(FIXTURE.run(of("s", "status", A)).assertDone().out())
                .contains(": resumed since ")
                .contains(", 0 parked records are not back on the lane, 5 are");
        assertThat(FIXTURE.run(of("s", "status", "c")).assertDone().out()).contains("backfill c: no setting, it runs");
    }

    @Test
    void discardedRecordsNeverReturnButLaterOnesDo() {
        create("d");
        FIXTURE.run(of("d", "pause", A)).assertDone();
        FIXTURE.topics().send(List.of(byRouter("d", 0, A, "k1"), byWriter("d", 1, A, "m1", 3)));
        assertThat(FIXTURE.run(of("d", "cancel", A, "--discard")).assertDone().out())
                .contains("cancelled, records are discarded since ")
                .contains("its records are dropped and counted as discarded");
        FIXTURE.run(of("d", "pause", A)).assertRefused(1, "its records are discarded");
        readAll("d", 1);
        ResumeOperation.Result result = resume("d", A, false);
        assertThat(result.discarded()).isEqualTo(2);
        assertThat(result.ofRouters() + result.ofWriters()).isZero();
        assertThat(FIXTURE.topics().read(lane("d"))).isEmpty();
        FIXTURE.run(of("d", "pause", A)).assertDone();
        FIXTURE.topics().send(List.of(byRouter("d", 0, A, "k2")));
        assertThat(resume("d", A, false).ofRouters()).isEqualTo(1);
        assertThat(onLane("d", 0)).containsExactly("k2");
    }

    @Test
    void saysHowManyParkedRecordsRetentionHasDeletedAndContinuesOnlyIfAllowed() throws Exception {
        create("del");
        FIXTURE.run(of("del", "pause", A)).assertDone();
        FIXTURE.topics()
                .send(List.of(byRouter("del", 0, A, "k1"), byRouter("del", 0, A, "k2"), byRouter("del", 0, A, "k3")));
        FIXTURE.topics()
                .admin()
                .deleteRecords(Map.of(new TopicPartition(parked("del"), 0), RecordsToDelete.beforeOffset(2)))
                .all()
                .get();
        readAll("del", 1);
        assertThatThrownBy(() -> resume("del", A, false))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("up to 2 records (partition 0: offsets 0 to 1) were deleted")
                .hasMessageContaining("--allow-deleted");
        assertThat(setting("del", A).state()).isEqualTo(NamedBackfill.State.PAUSED);
        assertThat(resume("del", A, true).ofRouters()).isEqualTo(1);
        assertThat(onLane("del", 0)).containsExactly("k3");
    }

    @Test
    void waitsForTheWritersAndEndsWhenItIsPausedAgain() {
        create("w");
        FIXTURE.run(of("w", "pause", A)).assertDone();
        readAll("w", 1);
        FIXTURE.topics().send(List.of(record(lane("w"), 0, "k1", headers(A)), byRouter("w", 0, A, "k2")));
        StringWriter errors = new StringWriter();
        CompletableFuture<ResumeOperation.Result> first = CompletableFuture.supplyAsync(() -> QuickResume.run(
                FIXTURE.broker().bootstrapServers(),
                A,
                lane("w"),
                "w",
                DefaultNames.routerGroup("w"),
                writers("w"),
                false,
                "sidetrack-journal",
                new PrintWriter(errors, true)));
        await().atMost(SOON).untilAsserted(() -> assertThat(errors.toString())
                .contains("waiting until " + writers("w") + " has read the lane up to where " + A
                        + " was resumed: 1 offsets left"));
        FIXTURE.run(of("w", "pause", A)).assertDone();
        assertThat(first)
                .failsWithin(SOON)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OpsException.class)
                .withMessageContaining("another");
        assertThat(setting("w", A).state()).isEqualTo(NamedBackfill.State.PAUSED);
        FIXTURE.topics().send(List.of(byWriter("w", 0, A, "k1", 0)));
        readAll("w", 1);
        resume("w", A, false);
        assertThat(onLane("w", 0)).containsExactly("k1", "k1", "k2");
    }

    @Test
    void anInterruptedResumeSaysHowToContinue() {
        create("i");
        FIXTURE.run(of("i", "pause", A)).assertDone();
        readAll("i", 0);
        FIXTURE.commit("a consumer", lane("i"), Map.of(0, 0L));
        FIXTURE.commit("custom", lane("i"), Map.of(0, 0L));
        FIXTURE.topics().create("i-status", 1, Map.of("cleanup.policy", "compact"));
        StatusAddition.add(
                KafkaProperties.of(Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers())),
                "i-status",
                new StatusKey(StatusKey.WRITER, "custom", lane("i"), 0),
                A,
                BackfillOutcome.WRITTEN,
                1,
                Clock.systemUTC());
        try (ServiceProcess process =
                FIXTURE.start(256, Map.of(), of("i", "resume", A, "--status-topic", "i-status"))) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(process.errors()).contains("until every service knows"));
            process.terminate();
            assertThat(process.exitCode(SOON)).isEqualTo(1);
            assertThat(process.errors())
                    .contains("run the same command again to continue")
                    .contains("several groups of writers read the lane: custom, " + writers("i") + ";")
                    .contains("no router of group " + DefaultNames.routerGroup("i") + " is running");
        }
        assertThat(setting("i", A).state()).isEqualTo(NamedBackfill.State.PAUSED);
    }

    /** What is parked by writers that read the lane again returns without them. */
    @Test
    void backfillWhoseRoutersAreRetiredCanBeResumedAgain() throws Exception {
        create("x");
        FIXTURE.topics().send(List.of(record("x", 0, "k0", headers(A))));
        FIXTURE.run(of("x", "pause", A)).assertDone();
        FIXTURE.topics().send(List.of(byRouter("x", 0, A, "k1")));
        readAll("x", 1);
        resume("x", A, false);
        FIXTURE.topics().send(List.of(byWriter("x", 0, A, "k2", 0)));
        try (KafkaConsumer<byte[], byte[]> router = member(DefaultNames.routerGroup("x"), "x")) {
            FIXTURE.run(of("x", "resume", A, "--no-routers"))
                    .assertRefused(1, "group " + DefaultNames.routerGroup("x") + " has members");
        }
        FIXTURE.topics()
                .admin()
                .deleteConsumerGroups(List.of(DefaultNames.routerGroup("x")))
                .all()
                .get();
        readAllOfTheLane("x");
        FIXTURE.run(of("x", "resume", A))
                .assertRefused(1, "has committed no offset in x, so it is unknown what routers have parked");
        FIXTURE.run(of("x", "resume", A)).assertRefused(1, "--no-routers");
        FIXTURE.topics().admin().deleteTopics(List.of("x")).all().get();
        await().atMost(SOON)
                .until(() ->
                        !FIXTURE.topics().admin().listTopics().names().get().contains("x"));
        FIXTURE.run(of("x", "resume", A)).assertRefused(2, "--no-routers");
        assertThat(FIXTURE.run(of("x", "resume", A, "--no-routers"))
                        .assertDone()
                        .out())
                .contains("1 records returned to the lane");
        assertThat(onLane("x", 0)).containsExactly("k1", "k2");
        assertThat(setting("x", A).state()).isEqualTo(NamedBackfill.State.RESUMED);
    }

    /** A group that has members, until it is closed. */
    private static KafkaConsumer<byte[], byte[]> member(String group, String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        FIXTURE.broker().bootstrapServers(),
                        "group.id",
                        group,
                        "enable.auto.commit",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        await().atMost(SOON).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
        return consumer;
    }

    @Test
    void aGroupThatIsWaitedForInVainIsNamedWithTheWayOut() {
        create("g");
        FIXTURE.topics().send(List.of(record(lane("g"), 0, "k1", headers(A))));
        readAll("g", 1);
        FIXTURE.commit("retired", lane("g"), Map.of(0, 0L));
        FIXTURE.topics().create("g-status", 1, Map.of("cleanup.policy", "compact"));
        StatusAddition.add(
                KafkaProperties.of(Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers())),
                "g-status",
                new StatusKey(StatusKey.WRITER, "retired", lane("g"), 0),
                A,
                BackfillOutcome.WRITTEN,
                1,
                Clock.systemUTC());
        control()
                .put(
                        lane("g"),
                        A,
                        NamedBackfill.paused(1).resuming(Map.of(0, 1L), Map.of(), 1),
                        FIXTURE.topics().admin());
        try (ServiceProcess process =
                FIXTURE.start(256, Map.of(), of("g", "resume", A, "--status-topic", "g-status"))) {
            await().atMost(SOON).untilAsserted(() -> assertThat(process.errors())
                    .contains("waiting until retired has read the lane up to where " + A + " was resumed: 1 "
                            + "offsets left; it has no members: start its writers, or, if they are retired, end this"
                            + " and delete the group, or name the only group that counts with --backfill-group"));
            process.terminate();
            assertThat(process.exitCode(SOON)).isEqualTo(1);
        }
    }

    /** Each of these would pass over what is parked, and record that it is done. */
    @Test
    void optionsOfOtherServicesAreRefusedBeforeAnythingIsPassedOver() {
        create("o");
        FIXTURE.topics().createLane("o-other", 2);
        FIXTURE.topics().send(List.of(record("o", 0, "k0", headers(A))));
        FIXTURE.run(of("o", "pause", A)).assertDone();
        FIXTURE.topics().send(List.of(byRouter("o", 0, A, "k1")));
        readAll("o", 1);
        FIXTURE.run(of("o", "resume", A, "--router-group", "another"))
                .assertRefused(1, "group another has committed no offset in o");
        FIXTURE.run(of("o", "resume", A, "--header-name", "x-other"))
                .assertRefused(1, "the records in o-backfill-parked do not have the header x-other");
        FIXTURE.run(of("o", "resume", A, "--parked", "o-other"))
                .assertRefused(2, "records of " + A + " are parked in o-backfill-parked");
        FIXTURE.run(of("o", "pause", A, "--parked", "o-other"))
                .assertRefused(2, "records of " + A + " are parked in o-backfill-parked");
        assertThat(setting("o", A).state()).isEqualTo(NamedBackfill.State.PAUSED);
        assertThat(resume("o", A, false).ofRouters()).isEqualTo(1);
        FIXTURE.topics().send(List.of(byRouter("o", 0, A, "k2")));
        assertThat(FIXTURE.run(of("o", "status", A)).assertDone().out())
                .contains("it is resumed, and records are parked nevertheless; resume it again");
        assertThat(resume("o", A, false).ofRouters()).isEqualTo(1);
        assertThat(onLane("o", 0)).containsExactly("k1", "k2");
    }

    /** Otherwise, everything that was ever parked would return once more. */
    @Test
    void journalThatWasDeletedRepeatsNothingThatHasReturned() throws Exception {
        create("j");
        FIXTURE.run(of("j", "pause", A, "--journal-topic", "j-journal")).assertDone();
        FIXTURE.topics().send(List.of(byRouter("j", 0, A, "k1"), byWriter("j", 1, A, "m1", 0)));
        readAll("j", 1);
        resume("j", A, "j-journal");
        for (int i = 0; i < 2; i++) {
            FIXTURE.topics().admin().deleteTopics(List.of("j-journal")).all().get();
            await().atMost(SOON)
                    .until(() ->
                            !FIXTURE.topics().admin().listTopics().names().get().contains("j-journal"));
            if (i == 0) {
                assertThat(resume("j", A, "j-journal").ofRouters()).isZero();
            } else {
                FIXTURE.run(of("j", "pause", A, "--journal-topic", "j-journal")).assertDone();
            }
        }
        FIXTURE.topics().send(List.of(byRouter("j", 0, A, "k2")));
        readAll("j", 2);
        assertThat(resume("j", A, "j-journal").ofRouters()).isEqualTo(1);
        assertThat(onLane("j", 0)).containsExactly("k1", "k2");
        assertThat(onLane("j", 1)).containsExactly("m1");
    }

    @Test
    void topicsThatWereCreatedAgainAreNoticed() throws Exception {
        create("n");
        FIXTURE.run(of("n", "pause", A)).assertDone();
        FIXTURE.topics().send(List.of(byRouter("n", 0, A, "k1"), byRouter("n", 0, A, "k2")));
        readAll("n", 2);
        resume("n", A, false);
        TopicDirectory topics = new TopicDirectory(FIXTURE.topics().admin(), SOON);
        assertThat(setting("n", A).lane()).isEqualTo(topics.identity(lane("n")));
        assertThat(setting("n", A).source()).isEqualTo(topics.identity("n"));
        FIXTURE.topics().admin().deleteTopics(List.of(lane("n"))).all().get();
        await().atMost(SOON)
                .until(() ->
                        !FIXTURE.topics().admin().listTopics().names().get().contains(lane("n")));
        FIXTURE.topics().createLane(lane("n"), 2);
        assertThat(FIXTURE.run(of("n", "status", A)).assertDone().out())
                .contains(
                        "resumed before n-backfill was deleted and created again, so writers write all of its records");
        assertThatThrownBy(() -> resume("n", A, false))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("n-backfill was deleted and created again since " + A + " was resumed")
                .hasMessageContaining("backfill pause");
        assertThat(FIXTURE.run(of("n", "pause", A)).assertDone().err())
                .contains("n-backfill was deleted and created again: what is parked will return to the new one");
        FIXTURE.topics().send(List.of(byRouter("n", 0, A, "k3")));
        readAll("n", 3);
        assertThat(resume("n", A, false).ofRouters()).isEqualTo(1);
        assertThat(onLane("n", 0)).containsExactly("k3");
        FIXTURE.run(of("n", "pause", A)).assertDone();
        FIXTURE.topics().admin().deleteTopics(List.of(parked("n"))).all().get();
        await().atMost(SOON)
                .until(() ->
                        !FIXTURE.topics().admin().listTopics().names().get().contains(parked("n")));
        FIXTURE.topics().createLane(parked("n"), 2);
        readAll("n", 3);
        FIXTURE.topics().send(List.of(byRouter("n", 0, A, "k4")));
        assertThat(FIXTURE.run(of("n", "status", A)).assertDone().out())
                .as("counted in the new topic")
                .contains(", 1 parked records are not back on the lane");
        assertThatThrownBy(() -> resume("n", A, false))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("what was parked in it is gone");
        resume("n", A, true);
    }
}
