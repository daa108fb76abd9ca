package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reduced dead letters on a real broker: replayed from their origin, or refused. */
class ReducedLetterIT {
    private static final byte[] KEY = "key".getBytes(UTF_8);
    /** Fits a topic with default limits only if it is compressed. */
    private static final byte[] LARGE = ("{\"x\":\"" + "\u20ac".repeat(600_000) + "\"}").getBytes(UTF_8);

    private static SandboxBroker broker;
    private static SandboxTopics topics;
    private static Tool tool;

    @BeforeAll
    static void start() {
        broker = SandboxBroker.start();
        topics = new SandboxTopics(broker.bootstrapServers());
        tool = new Tool(broker);
    }

    @AfterAll
    static void stop() {
        topics.close();
        broker.close();
    }

    private static void sendCompressed(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "compression.type",
                "lz4",
                "max.request.size",
                10_000_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the record was rejected", e);
        }
    }

    /** A letter as the writer sends it when its topic accepts small records only. */
    private static ProducerRecord<byte[], byte[]> reduced(
            String letters, String origin, int partition, long offset, byte[] key, byte[] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(letters, 0, key, Arrays.copyOf(value, Math.min(value.length, 1024)));
        record.headers().add(DeadLetterHeaders.ATTEMPT, "2".getBytes(UTF_8));
        DeadLetterHeaders.add(record.headers(), "X", "m", origin, partition, offset, "item-too-large");
        Reduction.of("value,headers", key, value).addTo(record.headers());
        return record;
    }

    @Test
    void replaysTheRecordThatTheLetterCameFrom() throws Exception {
        topics.createLane("kept", 1);
        topics.createLane("kept-letters", 1);
        ProducerRecord<byte[], byte[]> original = new ProducerRecord<>("kept", 0, 1234L, KEY, LARGE);
        original.headers().add("h", null).add("h", new byte[] {1}).add("sidetrack-attempt", "2".getBytes(UTF_8));
        sendCompressed(original);
        topics.send(List.of(reduced("kept-letters", "kept", 0, 0, KEY, LARGE)));

        assertThat(tool.run("dead-letters", "show", "0:0", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("reduced   value,headers")
                .contains("had key   3 bytes, SHA-256 ")
                .contains("had value 1,800,008 bytes, SHA-256 ")
                .contains("key       key")
                .contains("value     {\"x\":\"\u20ac\u20ac")
                .contains("\u20ac ...");
        assertThat(tool.run("dead-letters", "list", "--topic", "kept-letters", "--each")
                        .assertDone()
                        .out())
                .contains("replayed 2 times before, reduced");
        assertThat(tool.run("dead-letters", "replay", "--topic", "kept-letters", "--dry-run")
                        .assertDone()
                        .out())
                .contains("would replay 1 to kept");
        assertThat(tool.run("dead-letters", "replay", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("replayed 1 to kept");

        List<ConsumerRecord<byte[], byte[]>> lane = topics.read("kept");
        assertThat(lane).hasSize(2);
        ConsumerRecord<byte[], byte[]> replayed = lane.get(1);
        assertThat(replayed.key()).isEqualTo(KEY);
        assertThat(replayed.value()).isEqualTo(LARGE);
        assertThat(Arrays.stream(replayed.headers().toArray()).map(Header::key))
                .containsExactly("h", "h", "sidetrack-timestamp", "sidetrack-attempt");
        assertThat(replayed.headers().lastHeader("sidetrack-timestamp").value())
                .isEqualTo(Long.toString(lane.get(0).timestamp()).getBytes(UTF_8));
        assertThat(replayed.headers().lastHeader("sidetrack-attempt").value()).isEqualTo("3".getBytes(UTF_8));
        assertThat(tool.run("dead-letters", "replay", "--topic", "kept-letters")
                        .assertDone()
                        .out())
                .contains("nothing to replay");
    }

    @Test
    void refusesLetterWhoseRecordIsGoneAndReplaysTheOthers() throws Exception {
        topics.createLane("lost", 1);
        topics.createLane("lost-letters", 1);
        byte[] other = "other".getBytes(UTF_8);
        topics.send(List.of(
                new ProducerRecord<>("lost", 0, KEY, KEY),
                new ProducerRecord<>("lost", 0, KEY, other),
                new ProducerRecord<>("lost", 0, KEY, KEY)));
        topics.admin()
                .deleteRecords(Map.of(new TopicPartition("lost", 0), RecordsToDelete.beforeOffset(1)))
                .all()
                .get();
        ProducerRecord<byte[], byte[]> whole = new ProducerRecord<>("lost-letters", 0, KEY, other);
        DeadLetterHeaders.add(whole.headers(), "X", "m", "lost", 0, 1, "not-json");
        topics.send(List.of(
                reduced("lost-letters", "lost", 0, 0, KEY, KEY),
                reduced("lost-letters", "lost", 0, 1, KEY, KEY),
                reduced("lost-letters", "lost", 0, 2, KEY, KEY),
                reduced("lost-letters", "lost", 0, 9, KEY, KEY),
                reduced("lost-letters", "lost", 7, 0, KEY, KEY),
                reduced("lost-letters", "deleted", 0, 0, KEY, KEY),
                whole));

        Tool.Ended ended = tool.run("dead-letters", "replay", "--topic", "lost-letters");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("replayed 2 to lost").contains("refused 5");
        assertThat(ended.err().lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("sidetrack: dead letter 0:"))
                .anyMatch(line -> line.contains("0:0 ")
                        && line.contains("lost, partition 0, offset 0")
                        && line.contains("deleted, the first offset is 1"))
                .anyMatch(line -> line.contains("0:1 ") && line.contains("another record"))
                .anyMatch(line -> line.contains("0:3 ") && line.contains("ends at offset 3"))
                .anyMatch(line -> line.contains("0:4 ") && line.contains("only 1 partitions"))
                .anyMatch(line -> line.contains("0:5 ") && line.contains("does not exist"));
        assertThat(topics.read("lost")).hasSize(4);
        Tool.Ended again = tool.run("dead-letters", "replay", "--topic", "lost-letters", "--dry-run");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out()).contains("refused 5").doesNotContain("would replay");
    }
}
