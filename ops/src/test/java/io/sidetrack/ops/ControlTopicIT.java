package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.ControlValue;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.StartupExemption;
import io.sidetrack.common.control.Steering;
import io.sidetrack.common.control.SteeringFeed;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The control topic with any content, and commands with the properties of a service. */
class ControlTopicIT {
    private static final Duration SOON = Duration.ofMinutes(2);

    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture(Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true"));

    private static void writes(String topic, String key, String value) {
        FIXTURE.topics().send(List.of(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8))));
    }

    @Test
    void skipsInvalidSteeringAndShowsTheLastValidOne() {
        String[] lane = {"--source", "s", "--table", "items", "--control-topic", "steering"};
        String key = "writer/sidetrack-writer-s-backfill~items";
        backfill(lane, "speed", "70", "--not-started");
        writes("steering", key, "null");
        writes("steering", key, "{\"paused\":false,\"writeUnits\":-1,\"setAtMs\":0}");
        assertThat(backfill(lane, "status")).contains("running, 70 write units/s");
        assertThat(backfill(lane, "pause", "--not-started")).contains("paused, 70 write units/s");
        assertThat(backfill(lane, "status")).contains("paused, 70 write units/s");
    }

    private static String backfill(String[] lane, String... arguments) {
        return FIXTURE.run(arguments(lane, arguments)).assertDone().out();
    }

    private static String[] arguments(String[] lane, String... arguments) {
        String[] all = new String[1 + arguments.length + lane.length];
        all[0] = "backfill";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        System.arraycopy(lane, 0, all, 1 + arguments.length, lane.length);
        return all;
    }

    @Test
    void namesAnInvalidCutAndUsesTheLastValidOne() {
        ControlTopic control = control("cuts");
        Cut cut = cut(5);
        control.put("router", cut, FIXTURE.topics().admin());
        writes("cuts", "cut/router", "{\"source\":null}");
        writes("cuts", "cut/other", "no JSON");
        assertThat(control.cut("router"))
                .isEqualTo(new ControlValue<>(Optional.of(cut), Optional.of("partition 0, offset 1")));
        assertThat(control.cut("other"))
                .isEqualTo(new ControlValue<>(Optional.empty(), Optional.of("partition 0, offset 2")));
        FIXTURE.run("release", "--source", "s", "--router-group", "other", "--cut-only", "--control-topic", "cuts")
                .assertDone();
        assertThat(control.cut("other").isEmpty()).isTrue();
        control.remove("router");
        assertThat(control.cut("router").isEmpty()).isTrue();
    }

    private static ControlTopic control(String name) {
        return new ControlTopic(
                name,
                KafkaProperties.of(Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers())),
                Duration.ofSeconds(30));
    }

    private static Cut cut(long end) {
        return new Cut("s", "old", 1, new TreeMap<>(Map.of(0, end)), new TopicIdentity("c", "t"));
    }

    @Test
    void topicThatMayNotBeReadDoesNotCountAsMissing() throws Exception {
        ControlTopic absent = control("absent");
        assertThat(absent.cut("router").isEmpty()).isTrue();
        assertThat(absent.steering("writer")).isEqualTo(Steering.NONE);
        ControlTopic control = control("hidden");
        control.put("router", cut(5), FIXTURE.topics().admin());
        try (SteeringFeed feed = control.follow("writer", () -> {});
                SteeringFeed begun = control.follow("writer", () -> {})) {
            assertThat(begun.next(Duration.ofMillis(100))).isEmpty();
            AclBinding rest = acl("hidden", AclOperation.ALL, AclPermissionType.ALLOW);
            FIXTURE.topics().admin().createAcls(List.of(rest)).all().get();
            for (AclOperation denied : List.of(AclOperation.DESCRIBE, AclOperation.READ)) {
                AclBinding acl = acl("hidden", denied, AclPermissionType.DENY);
                FIXTURE.topics().admin().createAcls(List.of(acl)).all().get();
                await().atMost(SOON).untilAsserted(() -> assertThatThrownBy(() -> control.cut("router"))
                        .isInstanceOf(StartupException.class)
                        .hasMessageStartingWith("control topic hidden: this principal may not read it")
                        .hasMessageContaining("Allow DESCRIBE and READ"));
                assertThatThrownBy(() -> control.steering("writer")).isInstanceOf(StartupException.class);
                assertThatThrownBy(() -> control.with(new StartupExemption("ALLOW", false))
                                .cut("router"))
                        .isInstanceOf(StartupException.class)
                        .hasMessageEndingWith("Or set ALLOW=true, so that it counts as empty.");
                ControlTopic exempt = control.with(new StartupExemption("ALLOW", true));
                assertThat(exempt.cut("router").isEmpty()).isTrue();
                assertThat(exempt.steering("writer")).isEqualTo(Steering.NONE);
                FIXTURE.run(
                                "release",
                                "--source",
                                "s",
                                "--router-group",
                                "router",
                                "--cut-only",
                                "--control-topic",
                                "hidden")
                        .assertRefused(2, "control topic hidden: this principal may not read it");
                // Reading that has begun needs no DESCRIBE; without DESCRIBE, reading does not begin.
                SteeringFeed affected = denied == AclOperation.DESCRIBE ? feed : begun;
                await().atMost(SOON).untilAsserted(() -> assertThatThrownBy(() -> affected.next(Duration.ofMillis(500)))
                        .isInstanceOf(TopicAuthorizationException.class));
                FIXTURE.topics()
                        .admin()
                        .deleteAcls(List.of(acl.toFilter()))
                        .all()
                        .get();
                await().atMost(SOON)
                        .untilAsserted(
                                () -> assertThat(control.cut("router").value()).contains(cut(5)));
            }
        }
    }

    private static AclBinding acl(String topic, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    @Test
    void statusNeedsNoRightOnTheTopicsOfABackfill() throws Exception {
        FIXTURE.topics().createBackfillLane("q-backfill", 1);
        control("q-control")
                .put(
                        "q-backfill",
                        "a",
                        NamedBackfill.paused(1)
                                .resuming(Map.of(0, 1L), Map.of(), 1)
                                .resumed(Map.of(), 1)
                                .withLane(new TopicIdentity("cluster", "other")),
                        FIXTURE.topics().admin());
        String[] lane = {"--source", "q", "--table", "items", "--control-topic", "q-control"};
        String remark = "it was resumed before q-backfill was deleted and created again";
        assertThat(backfill(lane, "status")).contains("0 parked records").contains(remark);
        deny("q-backfill", AclOperation.DESCRIBE_CONFIGS);
        assertThat(backfill(lane, "status")).contains("0 parked records").contains(remark);
        deny("q-backfill-parked", AclOperation.DESCRIBE_CONFIGS);
        OperatorFixture.Ended ended =
                FIXTURE.run(arguments(lane, "status", "a")).assertDone();
        assertThat(ended.out())
                .contains("backfill a: resumed since 1970")
                .contains(remark)
                .doesNotContain("parked records");
        assertThat(ended.err())
                .contains("sidetrack: note: parked records are not counted (q-backfill-parked: this principal may not")
                .hasLineCount(1);
        deny("q-backfill", AclOperation.DESCRIBE);
        ended = FIXTURE.run(arguments(lane, "status", "--json")).assertDone();
        assertThat(ended.out()).contains("\"state\":\"resumed\"").doesNotContain("remark");
        assertThat(ended.err())
                .contains("sidetrack: note: it is not checked whether q-backfill")
                .hasLineCount(2);
    }

    /** Denies an operation on an existing topic, and waits until that is in effect. */
    private static void deny(String topic, AclOperation operation) throws Exception {
        FIXTURE.topics()
                .admin()
                .createAcls(List.of(
                        acl(topic, AclOperation.ALL, AclPermissionType.ALLOW),
                        acl(topic, operation, AclPermissionType.DENY)))
                .all()
                .get();
        TopicDirectory topics = new TopicDirectory(FIXTURE.topics().admin(), SOON);
        await().atMost(SOON).untilAsserted(() -> assertThatThrownBy(() -> {
                    if (operation == AclOperation.DESCRIBE) {
                        topics.identity(topic);
                    } else {
                        topics.find(List.of(topic));
                    }
                })
                .isInstanceOf(StartupException.class));
    }

    @Test
    void findsTheCutInAnyPartitionAndPrefersTheFirst() {
        FIXTURE.topics().create("wide", 5, Map.of());
        ControlTopic control = control("wide");
        String json = "{\"source\":\"s\",\"group\":\"old\",\"takenAtMs\":1,\"ends\":{\"0\":4}}";
        FIXTURE.topics()
                .send(List.of(new ProducerRecord<>("wide", 3, "cut/router".getBytes(UTF_8), json.getBytes(UTF_8))));
        assertThat(control.cut("router").value())
                .as("as an earlier version has recorded it")
                .contains(new Cut("s", "old", 1, new TreeMap<>(Map.of(0, 4L)), null));
        control.put("router", cut(6), FIXTURE.topics().admin());
        assertThat(control.cut("router").value()).contains(cut(6));
        control.remove("router");
        assertThat(control.cut("router").isEmpty()).isTrue();
    }

    @Test
    void feedContinuesWhenTheTopicIsRecreated() throws Exception {
        ControlTopic control = control("again");
        try (SteeringFeed feed = control.follow("writer", () -> {})) {
            assertThat(feed.next(Duration.ofMillis(100))).isEmpty();
            for (int i = 1; i <= 3; i++) {
                control.put("writer", new Steering(true, i, 1), FIXTURE.topics().admin());
            }
            next(feed, new Steering(true, 3, 1));
            FIXTURE.topics().admin().deleteTopics(List.of("again")).all().get();
            await().atMost(SOON).untilAsserted(() -> assertThat(
                            FIXTURE.topics().admin().listTopics().names().get())
                    .doesNotContain("again"));
            control.put("writer", new Steering(false, 4, 1), FIXTURE.topics().admin());
            next(feed, new Steering(false, 4, 1));
        }
    }

    private static void next(SteeringFeed feed, Steering expected) {
        await().atMost(SOON).ignoreExceptionsInstanceOf(KafkaException.class).until(() -> feed.next(
                        Duration.ofMillis(200))
                .filter(expected::equals)
                .isPresent());
    }

    @Test
    void commandsAcceptThePropertiesOfAStreamsClient(@TempDir Path folder) throws Exception {
        FIXTURE.topics().create("t", 1, Map.of());
        Path properties = Files.writeString(folder.resolve("client.properties"), """
            group.protocol=streams
            num.stream.threads=2
            main.consumer.max.poll.records=1
            transactional.id=x
            consumer.group.id=y
            """);
        Path lines = Files.writeString(folder.resolve("lines.jsonl"), "{\"id\":\"a\"}\n");
        String config = properties.toString();
        FIXTURE.run("publish", lines.toString(), "--topic", "t", "--key", "/id", "--command-config", config)
                .assertDone();
        assertThat(FIXTURE.topics().read("t")).hasSize(1);
        FIXTURE.run("backfill", "status", "--source", "t", "--table", "items", "--command-config", config)
                .assertDone();
        FIXTURE.run("provision", "--source", "t", "--command-config", config).assertDone();
        FIXTURE.run("dead-letters", "list", "--topic", "t-dead-letters", "--command-config", config)
                .assertDone();
        FIXTURE.run("progress", "--source", "t", "--table", "items", "--interval-ms", "100", "--command-config", config)
                .assertDone();
        assertThat(FIXTURE.run("doctor", "--source", "t", "--command-config", config)
                        .out())
                .contains("t-backfill");
    }
}
