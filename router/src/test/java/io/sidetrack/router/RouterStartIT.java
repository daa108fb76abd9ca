package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.Cut;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A router that cannot start prints one line with the setting, the problem and the remedy, and exits with code 2. */
class RouterStartIT {
    private static RouterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new RouterFixture();
        fixture.source("here", 1);
        fixture.topics.create("short", 1, Map.of("retention.ms", "604800000"));
        fixture.topics.create("compacted", 1, Map.of("cleanup.policy", "compact,delete"));
        fixture.topics.create(
                "small", 1, Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "1000"));
        TopicIdentity here = fixture.identity("here");
        String otherTopic = fixture.identity("here-live").topicId();
        fixture.cut("recreated", "router-here", cut("here", new TopicIdentity(here.clusterId(), otherTopic)));
        fixture.cut("elsewhere", "router-here", cut("here", new TopicIdentity("other", here.topicId())));
        fixture.cut("of-other", "router-here", cut("gone", null));
        fixture.topics.create("earlier", 1, Map.of("retention.ms", "604800000"));
        fixture.cut("earlier", "router-here", cut("here", null));
        fixture.cut("odd", "router-here", cut("gone", null));
        fixture.topics.send(List.of(new ProducerRecord<>(
                "odd",
                "cut/router-here".getBytes(UTF_8),
                "{\"source\":\"here\",\"group\":\"old\",\"takenAtMs\":1,\"ends\":{}}".getBytes(UTF_8))));
        fixture.topics.create("hidden", 1, Map.of());
        fixture.topics
                .admin()
                .createAcls(List.of(new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, "hidden", PatternType.LITERAL),
                        new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.DESCRIBE, AclPermissionType.DENY))))
                .all()
                .get();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    /** Starts a router. The session is short, because the next router of the group waits until that of a killed one ends. */
    private static RouterFixture.Router router(Map<String, String> more) {
        Map<String, String> settings =
                new HashMap<>(Map.of("KAFKA_SESSION_TIMEOUT_MS", "3000", "KAFKA_HEARTBEAT_INTERVAL_MS", "300"));
        settings.putAll(more);
        return fixture.router("here", settings);
    }

    private static Cut cut(String source, TopicIdentity identity) {
        return new Cut(source, "old", 1, new TreeMap<>(Map.of(0, 5L)), identity);
    }

    /** An empty value removes the variable. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOG_FORMAT            | xml       | LOG_FORMAT=xml: not valid. Set it to one of text, json",
                "ROUTER_SOURCE_TOPIC   | ''        | ROUTER_SOURCE_TOPIC: not set",
                "ROUTER_SOURCE_TOPIC   | gone      | ROUTER_SOURCE_TOPIC=gone: there is no such topic",
                "ROUTER_LIVE_TOPIC     | gone      | ROUTER_LIVE_TOPIC=gone: there is no such topic",
                "ROUTER_LIVE_TOPIC     | here      | ROUTER_LIVE_TOPIC=here: this is the source itself",
                "ROUTER_BACKFILL_TOPIC | here      | ROUTER_BACKFILL_TOPIC=here: this is the source itself",
                "ROUTER_DEAD_LETTER_TOPIC | here-live | ROUTER_DEAD_LETTER_TOPIC=here-live: this is the live lane as well",
                "ROUTER_DEAD_LETTER_TOPIC | gone   | ROUTER_DEAD_LETTER_TOPIC=gone: there is no such topic",
                "ROUTER_PARTITION_BY   | tenant    | ROUTER_PARTITION_BY=tenant: not valid",
                "ROUTER_BACKFILL_BEFORE | monday   | ROUTER_BACKFILL_BEFORE=monday: not an instant",
                "ROUTER_BACKFILL_TOPIC | short     | ROUTER_BACKFILL_TOPIC=short: has message.timestamp.type=CreateTime",
                "ROUTER_BACKFILL_TOPIC | compacted | ROUTER_BACKFILL_TOPIC=compacted: has message.timestamp.type=Crea",
                "ROUTER_LIVE_TOPIC     | small     | ROUTER_LIVE_TOPIC=small: has max.message.bytes=1000",
                "ROUTER_PROCESSING_GUARANTEE | exactly_once | ROUTER_PROCESSING_GUARANTEE=exactly_once: not valid",
                "KAFKA_PROCESSING_GUARANTEE  | exactly_once_v2 | KAFKA_PROCESSING_GUARANTEE: cannot be set",
                "KAFKA_MAIN_CONSUMER_ISOLATION_LEVEL | read_uncommitted | KAFKA_MAIN_CONSUMER_ISOLATION_LEVEL: cannot be set. R",
                "KAFKA_PARTITIONER_IGNORE_KEYS | true | KAFKA_PARTITIONER_IGNORE_KEYS: cannot be set. R",
                "KAFKA_COMMIT_INTERVAL_MS    | 60000 | KAFKA_COMMIT_INTERVAL_MS: Transaction timeout",
                "ROUTER_EXPECT_CUT     | true      | ROUTER_EXPECT_CUT=true: no cut is recorded for group router-here in control t",
                "ROUTER_CONTROL_TOPIC  | hidden    | control topic hidden: this principal may not read it. Allow DESCRIBE and R",
                "ROUTER_CONTROL_TOPIC  | odd       | control topic odd: partition 0, offset 1: not a valid cut for group router-h",
                "ROUTER_CONTROL_TOPIC  | recreated | ROUTER_SOURCE_TOPIC=here: this is not the topic that was taken over",
                "ROUTER_CONTROL_TOPIC  | elsewhere | ROUTER_SOURCE_TOPIC=here: this is not the topic that was taken over",
                "ROUTER_CONTROL_TOPIC  | of-other  | ROUTER_SOURCE_TOPIC=here: this is not the topic that was taken over",
                "KAFKA_BOOTSTRAP_SERVERS     | none.invalid:9092 | KAFKA_BOOTSTRAP_SERVERS=none.invalid:9092: ",
            })
    void problemIsOneLineWithTheRemedyAndExitCode2(String name, String value, String line) {
        try (ServiceProcess process = fixture.start("here", Map.of(name, value))) {
            assertThat(process.exitCode(RouterFixture.SOON)).as(process::output).isEqualTo(2);
            assertThat(process.errors().strip())
                    .startsWith("sidetrack-router: " + line)
                    .hasLineCount(1)
                    .doesNotContain("org.apache")
                    .endsWith(".");
        }
    }

    @Test
    void laneThatWouldDeleteOldRecordsIsAcceptedIfTheSettingAllowsIt() {
        try (RouterFixture.Router router =
                router(Map.of("ROUTER_BACKFILL_TOPIC", "short", "ROUTER_ALLOW_SHORT_RETENTION", "true"))) {
            assertThat(router.process().output()).contains("topic short has message.timestamp.type=CreateTime");
        }
    }

    @Test
    void invalidAndForeignCutsAreIgnoredIfTheSettingsAllowIt() {
        Map<String, String> settings = Map.of(
                "ROUTER_CONTROL_TOPIC", "odd",
                "ROUTER_ALLOW_INVALID_CUT", "true",
                "ROUTER_ALLOW_FOREIGN_CUT", "true");
        try (RouterFixture.Router router = router(settings)) {
            assertThat(router.process().output())
                    .contains("control topic odd, partition 0, offset 1: not a valid record for cut/router-here")
                    .contains("the cut of group router-here belongs to gone, not to here; it is ignored")
                    .doesNotContain("before-cut");
        }
    }

    @Test
    void cutWithoutTopicIdIsAppliedToTheTopicOfItsNameWithAWarning() {
        try (RouterFixture.Router router =
                router(Map.of("ROUTER_CONTROL_TOPIC", "earlier", "ROUTER_EXPECT_CUT", "true"))) {
            assertThat(router.process().output())
                    .contains("the cut of group router-here was recorded by an earlier version", "before-cut")
                    .contains("control topic earlier has cleanup.policy=delete and retention.ms=604800000");
        }
    }
}
