package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The audit reads a real log: transactions, ranges, groups, and what an operator may get wrong. */
class AuditIT {
    private static final long START_MS = Instant.parse("2026-05-01T00:00:00Z").toEpochMilli();
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

    /** A record a second from {@link #START_MS} on, keys in turn, every second one of the backfill. */
    private static ProducerRecord<byte[], byte[]> record(String topic, int i) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic,
                i % 4 / 2,
                START_MS + i * 1000L,
                ("k" + i % 4).getBytes(UTF_8),
                ("{\"secret\":" + i + "}").getBytes(UTF_8));
        record.headers().add("h", null);
        return record;
    }

    /** What a router makes of it. */
    private static ProducerRecord<byte[], byte[]> copy(String source, int i) {
        ProducerRecord<byte[], byte[]> of = record(source, i);
        ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(
                source + (i % 2 == 0 ? "-live" : "-backfill"), i % 4, null, of.key(), of.value(), of.headers());
        OriginalTimestamp.addIfAbsent(copy.headers(), of.timestamp());
        return copy;
    }

    /** A source with some records, of which some are on their lanes, and a group that has passed those. */
    private static void routed(String source, int records, int routed) {
        topics.create(source, 2, Map.of("retention.ms", "-1"));
        topics.createLane(source + "-live", 4);
        topics.createLane(source + "-backfill", 4);
        topics.createLane(source + "-dead-letters", 1);
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            all.add(record(source, i));
            if (i < routed) {
                all.add(copy(source, i));
            }
        }
        topics.send(all);
        commit(source, routed / 2);
    }

    private static void commit(String source, long offset) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int partition = 0; partition < 2; partition++) {
            offsets.put(new TopicPartition(source, partition), new OffsetAndMetadata(offset));
        }
        try {
            topics.admin()
                    .alterConsumerGroupOffsets("sidetrack-router-" + source, offsets)
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the offsets were not accepted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void inTransaction(boolean commits, List<ProducerRecord<byte[], byte[]>> records) {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "t" + System.nanoTime());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                var unused = producer.send(record);
            }
            producer.flush();
            if (commits) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    @Test
    void whatIsAbortedCountsNowhereAndWhatIsNotYetRoutedIsNotMissing() {
        routed("a", 400, 300);
        inTransaction(false, List.of(record("a", 1000), copy("a", 7), copy("a", 1000)));
        inTransaction(true, List.of(record("a", 400), copy("a", 300)));
        Tool.Ended ended = tool.run("audit", "--source", "a").assertDone();
        assertThat(ended.out())
                .startsWith("a: 300 records routed, 100 not yet")
                .contains("clean: every record has arrived exactly once")
                .doesNotContain("\u001b", "\r");
        assertThat(tool.run("audit", "--source", "a", "--json").assertDone().out())
                .startsWith("{\"clean\":true,\"source\":\"a\",\"routed\":300,\"notYetRouted\":100,\"copies\":{")
                .contains("\"missing\":{\"count\":0,\"accepted\":false,\"first\":[]}")
                .hasLineCount(1);
    }

    @Test
    void findingsHavePlacesAndNoValues() {
        routed("b", 200, 200);
        topics.send(List.of(copy("b", 5), copy("b", 201)));
        topics.send(List.of(record("b", 202)));
        commit("b", 200);
        Tool.Ended ended = tool.run("audit", "--source", "b");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out().lines())
                .contains(
                        "duplicated: 1, a record that is there more often than in the source",
                        "  b-backfill, partition 1, offset 50; in the source: b, partition 0, offset 3; before it:"
                                + " b-backfill, partition 1, offset 1",
                        "missing: 1, a record that is in the source, but on no lane and not in the dead-letter topic",
                        "  b, partition 1, offset 100",
                        "unexpected: 1, a record that is not in the source",
                        "  b-backfill, partition 1, offset 51",
                        "NOT CLEAN");
        assertThat(ended.out()).doesNotContain("secret");
        assertThat(tool.run("audit", "--source", "b", "--json").out())
                .contains("\"first\":[{\"at\":{\"topic\":\"b\",\"partition\":1,\"offset\":100}}]");
        assertThat(tool.run("audit", "--source", "b", "--allow-duplicates").out())
                .contains("accepted, duplicated: 1")
                .contains("NOT CLEAN");
    }

    @Test
    void rangeIsOneOfTimeOrOfOffsets() {
        routed("c", 400, 400);
        topics.send(List.of(copy("c", 30)));
        String from = Instant.ofEpochMilli(START_MS + 100_000).toString();
        String to = Instant.ofEpochMilli(START_MS + 300_000).toString();
        Tool.Ended byTime =
                tool.run("audit", "--source", "c", "--from", from, "--to", to).assertDone();
        assertThat(byTime.out())
                .startsWith("c: 200 records routed, 0 not yet")
                .contains("201 of them are not in the range");
        // The lanes' own time is now.
        String now = Instant.now().plusSeconds(60).toString();
        assertThat(tool.run("audit", "--source", "c", "--from", from, "--to", to, "--lanes-from", now)
                        .code())
                .isEqualTo(1);
        assertThat(tool.run("audit", "--source", "c", "--from-offset", "0=100,1=100", "--to-offset", "1=150")
                        .assertDone()
                        .out())
                .startsWith("c: 150 records routed");
        assertThat(tool.run("audit", "--source", "c", "--to-offset", "0=16").code())
                .as("the record that is there twice is in the range")
                .isEqualTo(1);
    }

    @Test
    void openTransactionOnALaneIsWaitedForAndNamed() {
        routed("d", 20, 20);
        Map<String, Object> properties =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "open");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(copy("d", 20));
            producer.flush();
            tool.run("audit", "--source", "d", "--patience-s", "1")
                    .assertRefused(2, "d-live, partition 0, offset 5: nothing could be read within 1 s");
            producer.abortTransaction();
        }
        tool.run("audit", "--source", "d").assertDone();
    }

    @Test
    void whatCannotBeAuditedIsRefusedWithItsOwnExitCode() {
        routed("e", 2, 2);
        tool.run("audit", "--source", "none").assertRefused(2, "--source=none: there is no such topic");
        tool.run("audit", "--source", "e", "--router-group", "nobody")
                .assertRefused(2, "group nobody has committed no offset of e");
        tool.run("audit", "--source", "e", "--dead-letters", "none").assertRefused(2, "--dead-letters=none");
        tool.run("audit", "--source", "e", "--from", "yesterday").assertRefused(2, "--from");
    }
}
