package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Offsets go to the router and back, and nothing is done half. */
class TakeoverIT {
    private static SandboxBroker broker;
    private static SandboxTopics topics;
    private static Tool tool;

    @BeforeAll
    static void start() {
        broker = SandboxBroker.start(Map.of("group.min.session.timeout.ms", "500"));
        topics = new SandboxTopics(broker.bootstrapServers());
        tool = new Tool(broker);
    }

    @AfterAll
    static void stop() {
        topics.close();
        broker.close();
    }

    /** A topic of two partitions with 100 records each, of which a group has read 30 and none. */
    private static void lagging(String source, String group) {
        tool.run("provision", "--source", source, "--create-source", "--source-partitions", "2")
                .assertDone();
        fill(source, 100);
        commit(group, source, Map.of(0, 30L));
    }

    private static void fill(String topic, int each) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 2 * each; i++) {
            records.add(new ProducerRecord<>(topic, i % 2, null, new byte[] {1}));
        }
        topics.send(records);
    }

    private static void commit(String group, String topic, Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> all.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        try {
            topics.admin().alterConsumerGroupOffsets(group, all).all().get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Cut> cut(String routerGroup) {
        return new ControlTopic(
                        DefaultNames.CONTROL_TOPIC,
                        KafkaProperties.of(Map.of("bootstrap.servers", broker.bootstrapServers())),
                        Duration.ofSeconds(30))
                .cut(routerGroup)
                .value();
    }

    @Test
    void offsetsGoToTheRouterAndTheCutIsRecorded() {
        lagging("a", "old-a");
        Tool.Ended dry = tool.run("adopt", "--source", "a", "--group", "old-a", "--dry-run")
                .assertDone();
        assertThat(dry.out())
                .contains("would let sidetrack-router-a begin")
                .contains("up to 170 records for a-backfill");
        assertThat(topics.committed("sidetrack-router-a")).isEmpty();
        assertThat(cut("sidetrack-router-a")).isEmpty();

        Tool.Ended done = tool.run("adopt", "--source", "a", "--group", "old-a").assertDone();
        assertThat(done.out().lines().map(String::strip))
                .anyMatch(line -> line.matches("0 +30 +100 +70"))
                .anyMatch(line -> line.matches("1 +none +100 +100 +from the beginning"));
        assertThat(topics.committed("sidetrack-router-a"))
                .isEqualTo(Map.of(new TopicPartition("a", 0), 30L, new TopicPartition("a", 1), 0L));
        assertThat(done.out()).contains("ROUTER_EXPECT_CUT=true").doesNotContain("ROUTER_APPLICATION_ID");
        assertThat(cut("sidetrack-router-a").orElseThrow().ends()).isEqualTo(Map.of(0, 100L, 1, 100L));
        assertThat(topics.committed("old-a"))
                .as("may now read the live lane, from its beginning")
                .containsEntry(new TopicPartition("a-live", 0), 0L)
                .containsEntry(new TopicPartition("a", 0), 30L);

        fill("a", 10);
        Tool.Ended again =
                tool.run("adopt", "--source", "a", "--group", "old-a").assertDone();
        assertThat(again.out()).contains("has taken over from old-a already");
        assertThat(cut("sidetrack-router-a").orElseThrow().ends())
                .as("the cut stays where it was")
                .isEqualTo(Map.of(0, 100L, 1, 100L));
    }

    @Test
    void activeGroupIsRefused() {
        lagging("b", "old-b");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "old-b"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("b"));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
            }
            tool.run("adopt", "--source", "b", "--group", "old-b").assertRefused(1, "group old-b is active");
        }
        assertThat(topics.committed("sidetrack-router-b")).isEmpty();
        tool.run("adopt", "--source", "b", "--group", "old-b").assertDone();
    }

    @Test
    void whatCannotBeTakenOverIsRefusedInOneLine() {
        lagging("c", "old-c");
        tool.run("adopt", "--source", "c", "--group", "nobody").assertRefused(1, "nobody has committed no offset of c");
        tool.run("adopt", "--source", "c").assertRefused(2, "--group");
        tool.run("adopt", "--source", "none", "--group", "old-c").assertRefused(2, "--source=none: there is no such");
        tool.run("release", "--source", "c", "--table", "t", "--group", "old-c")
                .assertRefused(1, "there is nothing to give back");
        commit("sidetrack-router-c", "c", Map.of(0, 90L, 1, 90L));
        tool.run("adopt", "--source", "c", "--group", "old-c").assertRefused(1, "use --reset-router");
        tool.run("adopt", "--source", "c", "--group", "old-c", "--reset-router").assertDone();
        assertThat(topics.committed("sidetrack-router-c")).containsEntry(new TopicPartition("c", 0), 30L);
    }

    @Test
    void offsetsGoBackWhenTheLiveLaneIsDrained() {
        lagging("d", "old-d");
        tool.run("adopt", "--source", "d", "--group", "old-d").assertDone();
        commit("sidetrack-router-d", "d", Map.of(0, 100L, 1, 95L));
        topics.send(List.of(new ProducerRecord<>("d-live", 0, null, new byte[1])));
        topics.send(List.of(new ProducerRecord<>("d-backfill", 0, null, new byte[1])));
        tool.run("release", "--source", "d", "--table", "t", "--group", "old-d")
                .assertRefused(1, "old-d has records of d-live to read, such as partition 0, offset 0;");
        commit("old-d", "d-live", Map.of(0, 1L));

        tool.run("release", "--source", "d", "--table", "t", "--group", "old-d", "--dry-run")
                .assertDone();
        assertThat(topics.committed("old-d")).containsEntry(new TopicPartition("d", 0), 30L);
        Tool.Ended done = tool.run("release", "--source", "d", "--table", "t", "--group", "old-d")
                .assertDone();
        assertThat(done.out()).contains("d-backfill still holds up to 1 records for sidetrack-writer-d-backfill~t");
        assertThat(topics.committed("old-d"))
                .containsEntry(new TopicPartition("d", 0), 100L)
                .containsEntry(new TopicPartition("d", 1), 95L);
        assertThat(cut("sidetrack-router-d")).isEmpty();
    }

    /** A takeover whose router has read everything. */
    private static void taken(String source, String group) {
        lagging(source, group);
        tool.run("adopt", "--source", source, "--group", group).assertDone();
        commit("sidetrack-router-" + source, source, Map.of(0, 100L, 1, 100L));
    }

    private static Tool.Ended release(String source, String group, String... more) {
        List<String> arguments = new ArrayList<>(List.of("release", "--source", source, "--table", "t"));
        if (group != null) {
            arguments.addAll(List.of("--group", group));
        }
        arguments.addAll(List.of(more));
        return tool.run(arguments.toArray(String[]::new));
    }

    @Test
    void markersAndAbortedRecordsAreNothingLeftToRead() {
        taken("e", "old-e");
        try (Transactions router = new Transactions(broker, "e")) {
            router.begin("e-live", 2, 10).commit();
            // Consumers commit the offset behind the last record, where the marker is.
            commit("old-e", "e-live", Map.of(0, 10L, 1, 10L));
            router.begin("e-live", 1, 3000).abort();
            router.begin("e-backfill", 1, 5).commit();
            commit("sidetrack-writer-e-backfill~t", "e-backfill", Map.of(0, 5L));
            assertThat(topics.ends("e-live").get(new TopicPartition("e-live", 0)))
                    .isEqualTo(3012);
            assertThat(release("e", "old-e", "--dry-run").assertDone().out())
                    .contains("would let old-e go on")
                    .doesNotContain("still holds");

            router.begin("e-live", 1, 1);
            release("e", "old-e")
                    .assertRefused(
                            1, "e-live, partition 0 ends with a transaction that is still open, from offset 3,012");
            router.commit();
            release("e", "old-e")
                    .assertRefused(1, "old-e has records of e-live to read, such as partition 0, offset 3,012");
            router.begin("e-live", 1, 1);
            release("e", "old-e")
                    .assertRefused(1, "old-e has records of e-live to read, such as partition 0, offset 3,012");
            router.abort();
            commit("old-e", "e-live", Map.of(0, 3013L));
            assertThat(release("e", "old-e").assertDone().out()).contains("without ROUTER_EXPECT_CUT");
        }
        assertThat(cut("sidetrack-router-e")).isEmpty();
    }

    @Test
    void readerOfTheLiveLaneCanBeAnotherGroupThanTheOneThatGoesOn() {
        taken("f", "old-f");
        topics.send(List.of(new ProducerRecord<>("f-live", 1, null, new byte[1])));
        assertThat(topics.committed("old-f"))
                .as("adopt has set it to the beginning")
                .containsEntry(new TopicPartition("f-live", 1), 0L);
        release("f", "old-f").assertRefused(1, "old-f has records of f-live to read");
        release("f", "old-f", "--live-group", "mine").assertRefused(1, "mine has records of f-live to read");
        commit("mine", "f-live", Map.of(1, 1L));
        release("f", "old-f", "--dry-run").assertRefused(1, "name it with --live-group");
        release("f", "old-f", "--dry-run", "--live-group", "mine").assertDone();
        commit("sidetrack-writer-f-live~t", "f-live", Map.of(1, 1L));
        release("f", "old-f", "--dry-run").assertDone();
        // Has read it once, but not what came since.
        topics.send(List.of(new ProducerRecord<>("f-live", 1, null, new byte[1])));
        release("f", "old-f").assertRefused(1, "sidetrack-writer-f-live~t has records of f-live to read");
        commit("old-f", "f-live", Map.of(1, 2L));
        release("f", "old-f").assertDone();
        release("f", null).assertRefused(2, "--group");
        release("f", "old-f", "--cut-only").assertRefused(2, "exclude each other");
    }

    @Test
    void recordsThatWereDeletedAreNotWaitedFor() throws Exception {
        taken("h", "old-h");
        fill("h-live", 10);
        release("h", "old-h").assertRefused(1, "old-h has records of h-live to read");
        TopicPartition first = new TopicPartition("h-live", 0);
        TopicPartition second = new TopicPartition("h-live", 1);
        topics.admin()
                .deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(10), second, RecordsToDelete.beforeOffset(7)))
                .all()
                .get();
        release("h", "old-h").assertRefused(1, "such as partition 1, offset 7");
        // Beyond the end, as an offset of a lane that was deleted and created again is.
        commit("old-h", "h-live", Map.of(1, 1000L));
        release("h", "old-h").assertRefused(1, "such as partition 1, offset 7");
        commit("old-h", "h-live", Map.of(1, 10L));
        release("h", "old-h").assertDone();
    }

    @Test
    void cutOfATopicThatWasCreatedAgainIsReplacedOrRemoved() throws Exception {
        taken("g", "old-g");
        Cut first = cut("sidetrack-router-g").orElseThrow();
        topics.admin().deleteTopics(List.of("g")).all().get();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(topics.admin().listTopics().names().get()).doesNotContain("g"));
        topics.create("g", 2, Map.of());
        fill("g", 5);
        commit("old-g", "g", Map.of(0, 1L));
        commit("sidetrack-router-g", "g", Map.of(0, 2L));

        tool.run("adopt", "--source", "g", "--group", "old-g").assertRefused(1, "use --reset-router");
        tool.run("adopt", "--source", "g", "--group", "old-g", "--reset-router").assertDone();
        Cut second = cut("sidetrack-router-g").orElseThrow();
        assertThat(second.ends()).isEqualTo(Map.of(0, 5L, 1, 5L));
        assertThat(second.identity().clusterId()).isEqualTo(first.identity().clusterId());
        assertThat(second.identity().topicId()).isNotEqualTo(first.identity().topicId());

        String[] remove = {"release", "--source", "g", "--cut-only"};
        assertThat(tool.run("release", "--source", "g", "--cut-only", "--dry-run")
                        .assertDone()
                        .out())
                .contains("would remove the takeover of sidetrack-router-g", "from group old-g");
        assertThat(cut("sidetrack-router-g")).contains(second);
        tool.run(remove).assertDone();
        assertThat(cut("sidetrack-router-g")).isEmpty();
        tool.run(remove).assertRefused(1, "no takeover of sidetrack-router-g is recorded in sidetrack-control");
    }
}
