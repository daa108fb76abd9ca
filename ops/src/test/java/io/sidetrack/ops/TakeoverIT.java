package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.KafkaProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Takeovers and their end: offsets move to the router and back. */
class TakeoverIT {
    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture(Map.of("group.min.session.timeout.ms", "500"));

    /** Creates a topic of two partitions with 100 records each, of which a group has read 30 and none. */
    private static void lagging(String source, String group) {
        FIXTURE.run("provision", "--source", source, "--create-source", "--source-partitions", "2")
                .assertDone();
        fill(source, 100);
        FIXTURE.commit(group, source, Map.of(0, 30L));
    }

    private static void fill(String topic, int each) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 2 * each; i++) {
            records.add(new ProducerRecord<>(topic, i % 2, null, new byte[] {1}));
        }
        FIXTURE.topics().send(records);
    }

    private static Optional<Cut> cut(String routerGroup) {
        return new ControlTopic(
                        DefaultNames.CONTROL_TOPIC,
                        KafkaProperties.of(
                                Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers())),
                        Duration.ofSeconds(30))
                .cut(routerGroup)
                .value();
    }

    @Test
    void adoptMovesOffsetsToTheRouterAndRecordsTheCut() {
        lagging("a", "old-a");
        OperatorFixture.Ended dry = FIXTURE.run("adopt", "--source", "a", "--group", "old-a", "--dry-run")
                .assertDone();
        assertThat(dry.out())
                .contains("would set sidetrack-router-a in a to the offsets of old-a")
                .contains("up to 170 records for a-backfill");
        assertThat(FIXTURE.topics().committed("sidetrack-router-a")).isEmpty();
        assertThat(cut("sidetrack-router-a")).isEmpty();

        OperatorFixture.Ended done =
                FIXTURE.run("adopt", "--source", "a", "--group", "old-a").assertDone();
        assertThat(done.out().lines().map(String::strip))
                .anyMatch(line -> line.matches("0 +30 +100 +70"))
                .anyMatch(line -> line.matches("1 +none +100 +100 +from the beginning"));
        assertThat(FIXTURE.topics().committed("sidetrack-router-a"))
                .isEqualTo(Map.of(new TopicPartition("a", 0), 30L, new TopicPartition("a", 1), 0L));
        assertThat(done.out()).contains("ROUTER_EXPECT_CUT=true").doesNotContain("ROUTER_APPLICATION_ID");
        assertThat(cut("sidetrack-router-a").orElseThrow().ends()).isEqualTo(Map.of(0, 100L, 1, 100L));
        assertThat(FIXTURE.topics().committed("old-a"))
                .as("can read the live lane from its beginning")
                .containsEntry(new TopicPartition("a-live", 0), 0L)
                .containsEntry(new TopicPartition("a", 0), 30L);

        fill("a", 10);
        OperatorFixture.Ended again =
                FIXTURE.run("adopt", "--source", "a", "--group", "old-a").assertDone();
        assertThat(again.out()).contains("has already taken over from old-a");
        assertThat(cut("sidetrack-router-a").orElseThrow().ends())
                .as("the cut stays where it was")
                .isEqualTo(Map.of(0, 100L, 1, 100L));
    }

    @Test
    void adoptRefusesAnActiveGroup() {
        lagging("b", "old-b");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers(), "group.id", "old-b"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("b"));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
            }
            FIXTURE.run("adopt", "--source", "b", "--group", "old-b").assertRefused(1, "group old-b is active");
        }
        assertThat(FIXTURE.topics().committed("sidetrack-router-b")).isEmpty();
        FIXTURE.run("adopt", "--source", "b", "--group", "old-b").assertDone();
    }

    @Test
    void impossibleTakeoversAreRefusedInOneLine() {
        lagging("c", "old-c");
        FIXTURE.run("adopt", "--source", "c", "--group", "nobody")
                .assertRefused(1, "nobody has committed no offset of c");
        FIXTURE.run("adopt", "--source", "c").assertRefused(2, "--group");
        FIXTURE.run("adopt", "--source", "none", "--group", "old-c")
                .assertRefused(2, "--source=none: there is no such");
        FIXTURE.run("release", "--source", "c", "--table", "t", "--group", "old-c")
                .assertRefused(1, "there are no offsets to return");
        FIXTURE.commit("sidetrack-router-c", "c", Map.of(0, 90L, 1, 90L));
        FIXTURE.run("adopt", "--source", "c", "--group", "old-c").assertRefused(1, "use --reset-router");
        FIXTURE.run("adopt", "--source", "c", "--group", "old-c", "--reset-router")
                .assertDone();
        assertThat(FIXTURE.topics().committed("sidetrack-router-c")).containsEntry(new TopicPartition("c", 0), 30L);
    }

    @Test
    void releaseMovesOffsetsBackWhenTheLiveLaneIsRead() {
        lagging("d", "old-d");
        FIXTURE.run("adopt", "--source", "d", "--group", "old-d").assertDone();
        FIXTURE.commit("sidetrack-router-d", "d", Map.of(0, 100L, 1, 95L));
        FIXTURE.topics().send(List.of(new ProducerRecord<>("d-live", 0, null, new byte[1])));
        FIXTURE.topics().send(List.of(new ProducerRecord<>("d-backfill", 0, null, new byte[1])));
        FIXTURE.run("release", "--source", "d", "--table", "t", "--group", "old-d")
                .assertRefused(1, "old-d has records of d-live to read, such as partition 0, offset 0;");
        FIXTURE.commit("old-d", "d-live", Map.of(0, 1L));

        FIXTURE.run("release", "--source", "d", "--table", "t", "--group", "old-d", "--dry-run")
                .assertDone();
        assertThat(FIXTURE.topics().committed("old-d")).containsEntry(new TopicPartition("d", 0), 30L);
        OperatorFixture.Ended done = FIXTURE.run("release", "--source", "d", "--table", "t", "--group", "old-d")
                .assertDone();
        assertThat(done.out()).contains("d-backfill still contains up to 1 records for sidetrack-writer-d-backfill~t");
        assertThat(FIXTURE.topics().committed("old-d"))
                .containsEntry(new TopicPartition("d", 0), 100L)
                .containsEntry(new TopicPartition("d", 1), 95L);
        assertThat(cut("sidetrack-router-d")).isEmpty();
    }

    /** Creates a takeover whose router has read everything. */
    private static void taken(String source, String group) {
        lagging(source, group);
        FIXTURE.run("adopt", "--source", source, "--group", group).assertDone();
        FIXTURE.commit("sidetrack-router-" + source, source, Map.of(0, 100L, 1, 100L));
    }

    private static OperatorFixture.Ended release(String source, String group, String... more) {
        List<String> arguments = new ArrayList<>(List.of("release", "--source", source, "--table", "t"));
        if (group != null) {
            arguments.addAll(List.of("--group", group));
        }
        arguments.addAll(List.of(more));
        return FIXTURE.run(arguments.toArray(String[]::new));
    }

    @Test
    void adoptAndReleaseWorkIfBothLanesAreOneTopic() {
        String[] lanes = {"--source", "one", "--live", "one-lane", "--backfill", "one-lane"};
        FIXTURE.run(with(lanes, "provision", "--create-source", "--source-partitions", "2"))
                .assertDone();
        fill("one", 100);
        FIXTURE.commit("old-one", "one", 30);
        assertThat(FIXTURE.run(with(lanes, "adopt", "--group", "old-one"))
                        .assertDone()
                        .out())
                .contains("up to 170 records for one-lane", "ROUTER_EXPECT_CUT=true");
        FIXTURE.commit("sidetrack-router-one", "one", Map.of(0, 100L, 1, 100L));
        fill("one-lane", 10);
        FIXTURE.run(with(lanes, "release", "--group", "old-one"))
                .assertRefused(1, "old-one has records of one-lane to read");
        FIXTURE.commit("old-one", "one-lane", Map.of(0, 10L, 1, 10L));
        assertThat(FIXTURE.run(with(lanes, "release", "--group", "old-one"))
                        .assertDone()
                        .out())
                .as("the backlog is read, because it is in the same topic")
                .doesNotContain("still contains");
        assertThat(FIXTURE.topics().committed("old-one")).containsEntry(new TopicPartition("one", 1), 100L);
        assertThat(cut("sidetrack-router-one")).isEmpty();
    }

    private static String[] with(String[] lanes, String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(lanes));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void releaseIgnoresMarkersAndAbortedRecords() {
        taken("e", "old-e");
        try (Transactions router = new Transactions(FIXTURE.broker(), "e")) {
            router.begin("e-live", 2, 10).commit();
            // Consumers commit the offset after the last record, which is that of the marker.
            FIXTURE.commit("old-e", "e-live", Map.of(0, 10L, 1, 10L));
            router.begin("e-live", 1, 3000).abort();
            router.begin("e-backfill", 1, 5).commit();
            FIXTURE.commit("sidetrack-writer-e-backfill~t", "e-backfill", Map.of(0, 5L));
            assertThat(FIXTURE.topics().ends("e-live").get(new TopicPartition("e-live", 0)))
                    .isEqualTo(3012);
            assertThat(release("e", "old-e", "--dry-run").assertDone().out())
                    .contains("would let old-e continue")
                    .doesNotContain("still contains");

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
            FIXTURE.commit("old-e", "e-live", Map.of(0, 3013L));
            assertThat(release("e", "old-e").assertDone().out()).contains("without ROUTER_EXPECT_CUT");
        }
        assertThat(cut("sidetrack-router-e")).isEmpty();
    }

    @Test
    void releaseAcceptsAnotherReaderOfTheLiveLane() {
        taken("f", "old-f");
        FIXTURE.topics().send(List.of(new ProducerRecord<>("f-live", 1, null, new byte[1])));
        assertThat(FIXTURE.topics().committed("old-f"))
                .as("adopt has set it to the beginning")
                .containsEntry(new TopicPartition("f-live", 1), 0L);
        release("f", "old-f").assertRefused(1, "old-f has records of f-live to read");
        release("f", "old-f", "--live-group", "mine").assertRefused(1, "mine has records of f-live to read");
        FIXTURE.commit("mine", "f-live", Map.of(1, 1L));
        release("f", "old-f", "--dry-run").assertRefused(1, "name it with --live-group");
        release("f", "old-f", "--dry-run", "--live-group", "mine").assertDone();
        FIXTURE.commit("sidetrack-writer-f-live~t", "f-live", Map.of(1, 1L));
        release("f", "old-f", "--dry-run").assertDone();
        // The writer has read the lane before, but not the new record.
        FIXTURE.topics().send(List.of(new ProducerRecord<>("f-live", 1, null, new byte[1])));
        release("f", "old-f").assertRefused(1, "sidetrack-writer-f-live~t has records of f-live to read");
        FIXTURE.commit("old-f", "f-live", Map.of(1, 2L));
        release("f", "old-f").assertDone();
        release("f", null).assertRefused(2, "--group");
        release("f", "old-f", "--cut-only").assertRefused(2, "exclude each other");
    }

    @Test
    void releaseDoesNotWaitForDeletedRecords() throws Exception {
        taken("h", "old-h");
        fill("h-live", 10);
        release("h", "old-h").assertRefused(1, "old-h has records of h-live to read");
        TopicPartition first = new TopicPartition("h-live", 0);
        TopicPartition second = new TopicPartition("h-live", 1);
        FIXTURE.topics()
                .admin()
                .deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(10), second, RecordsToDelete.beforeOffset(7)))
                .all()
                .get();
        release("h", "old-h").assertRefused(1, "such as partition 1, offset 7");
        // Beyond the end, like an offset of a lane that was deleted and recreated.
        FIXTURE.commit("old-h", "h-live", Map.of(1, 1000L));
        release("h", "old-h").assertRefused(1, "such as partition 1, offset 7");
        FIXTURE.commit("old-h", "h-live", Map.of(1, 10L));
        release("h", "old-h").assertDone();
    }

    @Test
    void replacesOrRemovesTheCutOfARecreatedTopic() throws Exception {
        taken("g", "old-g");
        Cut first = cut("sidetrack-router-g").orElseThrow();
        FIXTURE.topics().admin().deleteTopics(List.of("g")).all().get();
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(
                        FIXTURE.topics().admin().listTopics().names().get())
                .doesNotContain("g"));
        FIXTURE.topics().create("g", 2, Map.of());
        fill("g", 5);
        FIXTURE.commit("old-g", "g", Map.of(0, 1L));
        FIXTURE.commit("sidetrack-router-g", "g", Map.of(0, 2L));

        FIXTURE.run("adopt", "--source", "g", "--group", "old-g").assertRefused(1, "use --reset-router");
        FIXTURE.run("adopt", "--source", "g", "--group", "old-g", "--reset-router")
                .assertDone();
        Cut second = cut("sidetrack-router-g").orElseThrow();
        assertThat(second.ends()).isEqualTo(Map.of(0, 5L, 1, 5L));
        assertThat(second.identity().clusterId()).isEqualTo(first.identity().clusterId());
        assertThat(second.identity().topicId()).isNotEqualTo(first.identity().topicId());

        String[] remove = {"release", "--source", "g", "--cut-only"};
        assertThat(FIXTURE.run("release", "--source", "g", "--cut-only", "--dry-run")
                        .assertDone()
                        .out())
                .contains("would remove the takeover of sidetrack-router-g", "from group old-g");
        assertThat(cut("sidetrack-router-g")).contains(second);
        FIXTURE.run(remove).assertDone();
        assertThat(cut("sidetrack-router-g")).isEmpty();
        FIXTURE.run(remove).assertRefused(1, "no takeover of sidetrack-router-g is recorded in sidetrack-control");
    }
}
