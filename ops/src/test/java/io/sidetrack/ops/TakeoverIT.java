package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
                        ControlTopic.DEFAULT_NAME,
                        KafkaProperties.of(Map.of("bootstrap.servers", broker.bootstrapServers())),
                        Duration.ofSeconds(30))
                .cut(routerGroup);
    }

    @Test
    void offsetsGoToTheRouterAndTheCutIsRecorded() {
        lagging("a", "old-a");
        Tool.Ended dry = tool.run("adopt", "--source", "a", "--group", "old-a", "--dry-run")
                .assertDone();
        assertThat(dry.out()).contains("would let sidetrack-router-a begin").contains("170 records for a-backfill");
        assertThat(topics.committed("sidetrack-router-a")).isEmpty();
        assertThat(cut("sidetrack-router-a")).isEmpty();

        Tool.Ended done = tool.run("adopt", "--source", "a", "--group", "old-a").assertDone();
        assertThat(done.out().lines().map(String::strip))
                .anyMatch(line -> line.matches("0 +30 +100 +70"))
                .anyMatch(line -> line.matches("1 +none +100 +100 +from the beginning"));
        assertThat(topics.committed("sidetrack-router-a"))
                .isEqualTo(Map.of(new TopicPartition("a", 0), 30L, new TopicPartition("a", 1), 0L));
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
                .assertRefused(1, "old-d has 1 records of d-live to read");
        commit("old-d", "d-live", Map.of(0, 1L));

        tool.run("release", "--source", "d", "--table", "t", "--group", "old-d", "--dry-run")
                .assertDone();
        assertThat(topics.committed("old-d")).containsEntry(new TopicPartition("d", 0), 30L);
        Tool.Ended done = tool.run("release", "--source", "d", "--table", "t", "--group", "old-d")
                .assertDone();
        assertThat(done.out()).contains("d-backfill still holds 1 records for sidetrack-writer-d-backfill~t");
        assertThat(topics.committed("old-d"))
                .containsEntry(new TopicPartition("d", 0), 100L)
                .containsEntry(new TopicPartition("d", 1), 95L);
        assertThat(cut("sidetrack-router-d")).isEmpty();
    }
}
