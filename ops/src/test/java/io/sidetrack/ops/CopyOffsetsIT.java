package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.KafkaProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A group continues where another one stopped, at the same offsets and with the same speed. */
class CopyOffsetsIT {
    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture();

    @BeforeAll
    static void createLanes() {
        FIXTURE.topics().createLane("lane", 3);
        FIXTURE.topics().createLane("other", 1);
    }

    private static void commit(String group, TopicPartition partition, OffsetAndMetadata offset) throws Exception {
        FIXTURE.topics()
                .admin()
                .alterConsumerGroupOffsets(group, Map.of(partition, offset))
                .all()
                .get();
    }

    private static OperatorFixture.Ended copy(String from, String to, String... more) {
        String[] arguments = new String[7 + more.length];
        System.arraycopy(
                new String[] {"copy-offsets", "--topic", "lane", "--from", from, "--to", to}, 0, arguments, 0, 7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        return FIXTURE.run(arguments);
    }

    @Test
    void copiesOffsetsAndTheSpeedOfABackfillAndLeavesTheFirstGroupUnchanged() throws Exception {
        TopicPartition partition = new TopicPartition("lane", 1);
        OffsetAndMetadata offset = new OffsetAndMetadata(42, Optional.empty(), "what Kafka Streams notes there");
        commit("one", partition, offset);
        commit("one", new TopicPartition("other", 0), new OffsetAndMetadata(7));
        FIXTURE.run("backfill", "pause", "--backfill-group", "one", "--source", "s")
                .assertDone();

        assertThat(copy("one", "two", "--dry-run").assertDone().out())
                .contains("partition 1: 42")
                .contains("would let two continue in lane where one stopped")
                .contains("paused");
        assertThat(FIXTURE.topics().committed("two")).isEmpty();

        copy("one", "two").assertDone();
        assertThat(FIXTURE.topics()
                        .admin()
                        .listConsumerGroupOffsets("two")
                        .partitionsToOffsetAndMetadata()
                        .get())
                .as("only offsets of this topic, with their metadata")
                .isEqualTo(Map.of(partition, offset));
        assertThat(FIXTURE.topics().committed("one")).hasSize(2);
        assertThat(new ControlTopic(
                                DefaultNames.CONTROL_TOPIC,
                                KafkaProperties.of(Map.of(
                                        "bootstrap.servers", FIXTURE.broker().bootstrapServers())),
                                Duration.ofSeconds(30))
                        .steering("two")
                        .paused())
                .isTrue();
        copy("one", "two").assertDone();
    }

    @Test
    void refusesACopyThatWouldRepeatOrSkipRecords() throws Exception {
        copy("nobody", "two").assertRefused(1, "group nobody has committed no offset of lane");
        copy("two", "two").assertRefused(2, "--from and --to name the same group");
        FIXTURE.run("copy-offsets", "--topic", "gone", "--from", "a", "--to", "b")
                .assertRefused(2, "--topic=gone: there is no such topic");
        commit("ahead", new TopicPartition("lane", 0), new OffsetAndMetadata(5));
        commit("behind", new TopicPartition("lane", 0), new OffsetAndMetadata(4));
        copy("ahead", "behind").assertRefused(1, "group behind has already committed other offsets of lane");
        assertThat(FIXTURE.topics().committed("behind")).containsEntry(new TopicPartition("lane", 0), 4L);
    }

    @Test
    void refusesAnActiveGroup() throws Exception {
        FIXTURE.topics().send(List.of(new ProducerRecord<>("lane", 2, null, new byte[1])));
        commit("busy", new TopicPartition("lane", 2), new OffsetAndMetadata(1));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", FIXTURE.broker().bootstrapServers(), "group.id", "busy"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("lane"));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
            }
            copy("busy", "next").assertRefused(1, "group busy is active");
        }
        assertThat(FIXTURE.topics().committed("next")).isEmpty();
        copy("busy", "next").assertDone();
    }
}
