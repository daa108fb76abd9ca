package io.sidetrack.writer.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The order on which the commit gate depends and which Kafka does not document: process, then {@code Producer.flush()} on
 * the same thread, then the commit, then {@code Processor.close()}; on the interval, in a revocation and in a shutdown, with
 * both group protocols. The test reads the committed offsets from the broker at each of these moments. Fails if an upgrade of
 * Kafka changes the order, or the method by which the gate recognizes a commit that can be postponed.
 */
class CommitOrderIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final long NEVER = 3_600_000;
    private static SandboxBroker broker;
    private static SandboxTopics topics;

    @BeforeAll
    static void start() {
        broker = SandboxBroker.start();
        topics = new SandboxTopics(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        topics.close();
        broker.close();
    }

    /** The events of one member, each with the sum of the group's committed offsets at that moment. */
    private final class Member implements AutoCloseable {
        final String group;
        final List<String> events = new CopyOnWriteArrayList<>();
        final KafkaStreams streams;

        Member(String topic, String protocol, long commitIntervalMs) {
            this.group = topic;
            Map<String, Object> properties = new HashMap<>();
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
            properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
            properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, protocol);
            properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
            streams = new KafkaStreams(
                    new Topology()
                            .addSource(
                                    AutoOffsetReset.earliest(),
                                    "source",
                                    new ByteArrayDeserializer(),
                                    new ByteArrayDeserializer(),
                                    topic)
                            .addProcessor("recorder", Recorder::new, "source"),
                    new StreamsConfig(properties),
                    new Clients());
            streams.start();
        }

        private void record(String event) {
            long committed = topics.committed(group).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            events.add(event + " on " + Thread.currentThread().getName().replaceAll(".*(StreamThread).*", "$1") + " at "
                    + committed);
        }

        void awaitProcessed(long count) {
            await().atMost(SOON).untilAsserted(() -> assertThat(processed()).isEqualTo(count));
        }

        long processed() {
            return events.stream().filter(event -> event.startsWith("process ")).count();
        }

        @Override
        public void close() {
            streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(SOON));
        }

        private final class Recorder implements Processor<byte[], byte[], Void, Void> {
            @Override
            public void init(ProcessorContext<Void, Void> context) {}

            @Override
            public void process(Record<byte[], byte[]> record) {
                events.add("process ");
            }

            @Override
            public void close() {
                record("close");
            }
        }

        /** Kafka's own clients, with a producer that records its flushes. */
        private final class Clients implements KafkaClientSupplier {
            @Override
            public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
                return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public void flush() {
                        record(
                                CommitOccasion.ofThisCall() == CommitOccasion.INTERVAL
                                        ? "flush that can wait"
                                        : "flush that cannot wait");
                        super.flush();
                    }
                };
            }

            @Override
            public Admin getAdmin(Map<String, Object> config) {
                return Admin.create(config);
            }

            @Override
            public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
                return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            }

            @Override
            public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
                return getConsumer(config);
            }

            @Override
            public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
                return getConsumer(config);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void flushPrecedesTheCommitOnTheIntervalAndCanBePostponed(String protocol) {
        String topic = filled("interval-" + protocol);
        try (Member member = new Member(topic, protocol, 100)) {
            member.awaitProcessed(6);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(topics.lag(topic, topic)).isZero());
            assertThat(member.events).contains("flush that can wait on StreamThread at 0");
            assertThat(member.events).noneMatch(event -> event.startsWith("close"));
            assertThat(member.events.indexOf("flush that can wait on StreamThread at 0"))
                    .as("process comes before the first flush: %s", member.events)
                    .isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void flushPrecedesTheCommitInAShutdownAndTheCloseFollows(String protocol) {
        String topic = filled("stop-" + protocol);
        Member member = new Member(topic, protocol, NEVER);
        member.awaitProcessed(6);
        member.close();

        List<String> afterwards = member.events.subList(6, member.events.size());
        assertThat(afterwards.get(0)).isEqualTo("flush that cannot wait on StreamThread at 0");
        assertThat(afterwards.stream().filter(event -> event.startsWith("close")))
                .as(afterwards::toString)
                .containsExactly("close on StreamThread at 6", "close on StreamThread at 6");
        assertThat(topics.lag(topic, topic)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void flushPrecedesTheCommitInARevocationAndTheCloseFollows(String protocol) {
        String topic = filled("revocation-" + protocol);
        try (Member first = new Member(topic, protocol, NEVER)) {
            first.awaitProcessed(6);
            try (Member second = new Member(topic, protocol, NEVER)) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(first.events).anyMatch(event -> event.startsWith("close")));
                List<String> afterwards = new ArrayList<>(first.events.subList(6, first.events.size()));
                assertThat(afterwards.get(0)).isEqualTo("flush that cannot wait on StreamThread at 0");
                assertThat(afterwards.stream().filter(event -> event.startsWith("close")))
                        .as(afterwards::toString)
                        .allSatisfy(event -> assertThat(event)
                                .isIn(
                                        // The three records of the revoked partition, or those of both.
                                        "close on StreamThread at 3", "close on StreamThread at 6"));
                assertThat(second.processed())
                        .as("records that the other member reads again")
                        .isZero();
            }
        }
    }

    /** A topic of two partitions with three records each. */
    private static String filled(String topic) {
        topics.create(topic, 2, Map.of());
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            records.add(new ProducerRecord<>(topic, i % 2, null, new byte[] {1}));
        }
        topics.send(records);
        return topic;
    }
}
