package io.sidetrack.ops.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.DeadLetterOptions;
import io.sidetrack.ops.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The changes that provisioning makes, computed without a cluster. */
class PlanTest {
    private static final long MONTH = 2_592_000_000L;
    private static final TopicFacts SOURCE = facts("orders", 6, 604_800_000, 2_000_000);
    private final LaneDeclaration lanes = lanes(8);
    private final List<TopicSpec> wanted = topics(lanes, Optional.of(SOURCE));

    private static final LaneDeclaration LANES_PARKED_ON_THE_LIVE_LANE = new LaneDeclaration(
            "orders", null, null, null, null, null, null, "orders-live", null, null, null, null, null);

    private static List<TopicSpec> topics(LaneDeclaration lanes, Optional<TopicFacts> source) {
        DeadLetterOptions deadLetters = new DeadLetterOptions(new Environment(Map.of()));
        return RequiredTopics.topics(
                lanes, source, deadLetters.all(lanes.source(), List.of(lanes.live(), lanes.backfill())));
    }

    private static LaneDeclaration lanes(int backfillPartitions) {
        return new LaneDeclaration(
                        "orders", null, null, null, null, null, backfillPartitions, null, null, null, null, null, null)
                .complete();
    }

    private static TopicFacts facts(String name, int partitions, long retentionMs, int maxMessageBytes) {
        return TopicFacts.named(name)
                .partitions(partitions)
                .timestampType("LogAppendTime")
                .retentionMs(retentionMs)
                .maxMessageBytes(maxMessageBytes)
                .build();
    }

    private Map<String, TopicFacts> asWanted() {
        Map<String, TopicFacts> topics = new HashMap<>();
        for (TopicSpec spec : wanted) {
            topics.put(
                    spec.name(),
                    facts(
                            spec.name(),
                            spec.partitions(),
                            Long.parseLong(spec.configs().get("retention.ms")),
                            Integer.parseInt(spec.configs().get("max.message.bytes"))));
        }
        return topics;
    }

    @Test
    void lanesHaveLogAppendTimeThePartitionsOfTheSourceAndRoomForItsRecords() {
        assertThat(wanted)
                .extracting(TopicSpec::name)
                .containsExactly(
                        "orders-live",
                        "orders-backfill",
                        "orders-dead-letters",
                        "orders-live-dead-letters",
                        "orders-backfill-dead-letters",
                        "orders-backfill-parked");
        assertThat(wanted).allSatisfy(topic -> {
            assertThat(topic.configs()).containsEntry("message.timestamp.type", "LogAppendTime");
            assertThat(Integer.parseInt(topic.configs().get("max.message.bytes")))
                    .isGreaterThan(SOURCE.maxMessageBytes());
        });
        assertThat(wanted).extracting(TopicSpec::partitions).containsExactly(6, 8, 1, 1, 1, 8);
        assertThat(wanted.get(2).configs()).containsEntry("retention.ms", "-1");
        assertThat(wanted.get(5).configs()).containsEntry("retention.ms", "-1");
        assertThat(Integer.parseInt(wanted.get(5).configs().get("max.message.bytes")))
                .as("a parked record has one more header than on the lane")
                .isGreaterThan(Integer.parseInt(wanted.get(1).configs().get("max.message.bytes")));
    }

    @Test
    void backfillLaneHas48PartitionsByDefault() {
        LaneDeclaration none = new LaneDeclaration(
                        "orders", null, null, null, null, null, null, null, null, null, null, null, null)
                .complete();
        assertThat(topics(none, Optional.of(SOURCE)).get(1).partitions()).isEqualTo(48);
    }

    @Test
    void sourceIsCreatedOnlyIfItDoesNotExist() {
        LaneDeclaration create = new LaneDeclaration(
                        "orders", true, 5, null, null, null, null, null, null, null, null, null, null)
                .complete();
        assertThat(topics(create, Optional.empty()).get(0))
                .isEqualTo(new TopicSpec("orders", 5, (short) -1, Map.of(), Set.of()));
        assertThat(topics(create, Optional.of(SOURCE)))
                .extracting(TopicSpec::name)
                .doesNotContain("orders");
    }

    @Test
    void nothingChangesIfAllTopicsAreAsDeclared() {
        assertThat(Plan.changes(wanted, asWanted(), true, false)).isEmpty();
    }

    private static TopicFacts facts(TopicFacts like, String cleanup, long retentionMs, long retentionBytes) {
        return TopicFacts.named(like.name())
                .partitions(like.partitions())
                .timestampType("LogAppendTime")
                .cleanupPolicy(cleanup)
                .retentionMs(retentionMs)
                .maxMessageBytes(like.maxMessageBytes())
                .retentionBytes(retentionBytes)
                .build();
    }

    private List<Change> changes(String topic, String cleanup, long retentionMs, long retentionBytes, boolean weaken) {
        return changes(wanted, topic, cleanup, retentionMs, retentionBytes, weaken);
    }

    private List<Change> changes(
            List<TopicSpec> specs,
            String topic,
            String cleanup,
            long retentionMs,
            long retentionBytes,
            boolean weaken) {
        Map<String, TopicFacts> actual = asWanted();
        actual.compute(topic, (name, facts) -> facts(facts, cleanup, retentionMs, retentionBytes));
        return Plan.changes(specs, actual, false, weaken);
    }

    @Test
    void missingTopicsAreCreatedAndDriftIsRepairedFromOldToNew() {
        Map<String, TopicFacts> actual = asWanted();
        actual.remove("orders-live");
        TopicFacts backfill = actual.get("orders-backfill");
        actual.put(
                "orders-backfill",
                TopicFacts.named("orders-backfill")
                        .partitions(8)
                        .timestampType("CreateTime")
                        .retentionMs(5)
                        .maxMessageBytes(backfill.maxMessageBytes() - 1)
                        .build());

        List<Change> changes = Plan.changes(wanted, actual, false, false);
        assertThat(changes).hasSize(2).allMatch(Change::isAllowed);
        assertThat(changes.get(0)).isEqualTo(new Change.Create(wanted.get(0)));
        assertThat(changes.get(1).instruction())
                .isEqualTo("set on orders-backfill: max.message.bytes 2065535 -> 2065536,"
                        + " message.timestamp.type CreateTime -> LogAppendTime, retention.ms 5 -> 604800000");
    }

    @Test
    void topicMayKeepMoreThanTheDefault() {
        assertThat(changes("orders-backfill", "delete", MONTH, -1, false)).isEmpty();
        assertThat(changes("orders-backfill", "delete", -1, -1, false)).isEmpty();
        assertThat(changes("orders-backfill", "delete", MONTH, -1, true))
                .as("no shorter retention is declared")
                .isEmpty();
    }

    @Test
    void retentionIsShortenedOnlyWithTheFlag() {
        List<TopicSpec> week = topics(
                new LaneDeclaration(
                                "orders",
                                null,
                                null,
                                null,
                                null,
                                null,
                                8,
                                null,
                                null,
                                604_800_000L,
                                604_800_000L,
                                null,
                                5L)
                        .complete(),
                Optional.of(SOURCE));
        List<Change> changes = changes(week, "orders-live", "delete", MONTH, -1, false);
        assertThat(changes).hasSize(5).allMatch(change -> !change.isAllowed());
        assertThat(changes.get(0).instruction())
                .startsWith("retention.bytes -1 -> 5, retention.ms 2592000000 -> 604800000 on orders-live: left alone")
                .contains("--allow-weaker");
        assertThat(changes.get(4).instruction()).startsWith("retention.ms -1 -> 604800000");
        assertThat(changes)
                .as("a topic that keeps more than declared is no failure")
                .noneMatch(Change::isRequired);
        assertThat(changes(week, "orders-live", "delete", MONTH, -1, true))
                .hasSize(5)
                .allMatch(Change::isAllowed);
    }

    @Test
    void compactionIsReplacedOnlyWithTheFlagOrWithUnlimitedRetention() {
        for (String policy : List.of("compact", "compact,delete", "")) {
            List<Change> changes = changes("orders-live", policy, 604_800_000, -1, false);
            assertThat(changes).singleElement().satisfies(change -> {
                assertThat(change.isAllowed()).isFalse();
                assertThat(change.isRequired()).isTrue();
                assertThat(change.instruction()).startsWith("cleanup.policy " + policy + " -> delete on orders-live");
            });
            assertThat(changes("orders-live", policy, 604_800_000, -1, true))
                    .singleElement()
                    .satisfies(change -> assertThat(change.isAllowed()).isTrue());
        }
        assertThat(changes("orders-live-dead-letters", "compact", 604_800_000, -1, false))
                .as("with unlimited retention in the same request, it keeps every dead letter")
                .containsExactly(new Change.Configure(
                        "orders-live-dead-letters",
                        Map.of(
                                "cleanup.policy", new Change.Setting("compact", "delete"),
                                "retention.ms", new Change.Setting("604800000", "-1"))));
    }

    @Test
    void topicOfWhichOnlyTheLastRecordsCountIsCompactedAgain() {
        TopicSpec status = RequiredTopics.status("status", (short) -1);
        for (String policy : List.of("delete", "compact,delete")) {
            TopicFacts facts = TopicFacts.named("status")
                    .cleanupPolicy(policy)
                    .segmentBytes(1)
                    .build();
            assertThat(Plan.changes(List.of(status), Map.of("status", facts), false, false))
                    .containsExactly(new Change.Configure(
                            "status", Map.of("cleanup.policy", new Change.Setting(policy, "compact"))));
        }
    }

    @Test
    void sizeLimitIsRemovedUnlessItIsDeclared() {
        assertThat(changes("orders-backfill", "delete", 604_800_000, 1_000, false))
                .containsExactly(new Change.Configure(
                        "orders-backfill", Map.of("retention.bytes", new Change.Setting("1000", "-1"))));
        List<TopicSpec> given = topics(
                new LaneDeclaration("orders", null, null, null, null, null, 8, null, null, null, null, null, 1_000L)
                        .complete(),
                Optional.of(SOURCE));
        assertThat(changes(given, "orders-backfill", "delete", 604_800_000, 1_000, true))
                .extracting(Change::instruction)
                .containsExactly("set on orders-live: retention.bytes -1 -> 1000");
    }

    @Test
    void bothLanesCanBeOneTopic() {
        LaneDeclaration one = new LaneDeclaration(
                        "orders", null, null, "all", null, "all", null, null, null, null, null, null, null)
                .complete();
        List<TopicSpec> topics = topics(one, Optional.of(SOURCE));
        assertThat(topics)
                .extracting(TopicSpec::name)
                .containsExactly("all", "orders-dead-letters", "all-dead-letters", "all-parked");
        assertThat(topics.get(0).partitions()).isEqualTo(48);
        assertThat(new LaneDeclaration("orders", null, null, "all", 7, "all", null, null, null, null, null, null, null)
                        .complete()
                        .backfillPartitions())
                .isEqualTo(7);
        assertThatThrownBy(() -> new LaneDeclaration(
                                "orders", null, null, "all", 7, "all", 8, null, null, null, null, null, null)
                        .complete())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("both lanes are one topic");
        assertThatThrownBy(() -> new LaneDeclaration(
                                "orders", null, null, "orders", null, null, null, null, null, null, null, null, null)
                        .complete())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("a lane cannot be the source");
        assertThatThrownBy(() -> LANES_PARKED_ON_THE_LIVE_LANE.complete())
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--parked=orders-live: ");
    }

    @Test
    void partitionsAreAddedOnlyOnRequestAndNeverRemoved() {
        Map<String, TopicFacts> actual = asWanted();
        int bytes = actual.get("orders-live").maxMessageBytes();
        actual.put("orders-live", facts("orders-live", 7, 604_800_000, bytes));
        actual.put("orders-backfill", facts("orders-backfill", 4, 604_800_000, bytes));
        actual.remove("orders-backfill-parked");

        List<Change> changes = Plan.changes(wanted, actual, false, false);
        assertThat(changes)
                .containsExactly(
                        new Change.Shrink("orders-live", 7, 6),
                        new Change.Grow("orders-backfill", 4, 8, false),
                        new Change.Create(wanted.get(5).following("orders-backfill", 4)));
        assertThat(changes.subList(0, 2)).noneMatch(Change::isAllowed);
        assertThat(changes.get(1).instruction()).contains("keys would move", "--grow-partitions");
        assertThat(Plan.changes(wanted, actual, true, false).get(1))
                .isEqualTo(new Change.Grow("orders-backfill", 4, 8, true));
    }

    private Map<String, TopicFacts> withPartitions(int lane, int parked) {
        Map<String, TopicFacts> actual = asWanted();
        for (Map.Entry<String, Integer> topic : Map.of("orders-backfill", lane, "orders-backfill-parked", parked)
                .entrySet()) {
            TopicFacts facts = actual.get(topic.getKey());
            actual.put(
                    topic.getKey(),
                    facts(topic.getKey(), topic.getValue(), facts.retentionMs(), facts.maxMessageBytes()));
        }
        return actual;
    }

    @Test
    void topicForParkedRecordsHasThePartitionsThatItsLaneHasAfterwards() {
        String parked = "orders-backfill-parked";
        assertThat(Plan.changes(wanted, withPartitions(4, 4), false, false))
                .as("the lane stays as it is")
                .containsExactly(new Change.Grow("orders-backfill", 4, 8, false));
        assertThat(Plan.changes(wanted, withPartitions(4, 4), true, false))
                .containsExactly(new Change.Grow("orders-backfill", 4, 8, true), new Change.Grow(parked, 4, 8, true));
        assertThat(Plan.changes(wanted, withPartitions(12, 8), false, false))
                .as("somebody else has grown the lane")
                .containsExactly(new Change.Shrink("orders-backfill", 12, 8), new Change.Grow(parked, 8, 12, true));
        assertThat(Plan.changes(wanted, withPartitions(8, 9), true, false))
                .containsExactly(new Change.Shrink(parked, 9, 8));
        Map<String, TopicFacts> without = withPartitions(12, 8);
        without.remove(parked);
        assertThat(Plan.changes(wanted, without, false, false))
                .extracting(Change::instruction)
                .element(1)
                .asString()
                .startsWith("create orders-backfill-parked with 12 partitions");
    }

    @Test
    void optionsTakePrecedenceOverTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("lanes.json"), """
            {"source": "orders", "backfillPartitions": 96, "retentionMs": 1000}
            """);
        LaneDeclaration option =
                new LaneDeclaration(null, null, null, null, null, null, 12, null, null, null, null, null, null);
        LaneDeclaration read = LaneDeclaration.read(file).overriddenBy(option).complete();
        assertThat(read.backfillPartitions()).isEqualTo(12);
        assertThat(read.retentionMs()).isEqualTo(1000);
        assertThat(read.live()).isEqualTo("orders-live");
    }

    @Test
    void exampleFileInTheDocsIsValid() {
        assertThat(LaneDeclaration.read(Path.of("..", "docs", "lanes.example.json"))
                        .complete()
                        .source())
                .isEqualTo("orders");
    }

    @Test
    void problemsOfAFileAreNamed(@TempDir Path folder) throws IOException {
        Path typo = Files.writeString(folder.resolve("typo.json"), "{\"source\": \"orders\", \"partitions\": 5}");
        assertThatThrownBy(() -> LaneDeclaration.read(typo))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("partitions")
                .hasMessageContaining("backfillPartitions");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"source\": ");
        assertThatThrownBy(() -> LaneDeclaration.read(broken)).isInstanceOf(StartupException.class);
        assertThatThrownBy(() -> LaneDeclaration.read(folder.resolve("none"))).isInstanceOf(StartupException.class);
        assertThatThrownBy(() -> lanes(0))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--backfill-partitions=0");
    }
}
