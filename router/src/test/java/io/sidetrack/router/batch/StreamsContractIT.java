package io.sidetrack.router.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.poll.BoundedConsumer;
import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.common.poll.UnprocessedRecords;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.SwellingRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The assumptions of the batch step that the documentation of Kafka Streams does not cover. If one of these tests fails after
 * an upgrade of Kafka, read docs/adr/0001-batch-step.md before you change the test.
 */
class StreamsContractIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    /** Prevents commits on the interval while a test runs. */
    private static final Map<String, Object> NO_COMMIT_ON_THE_INTERVAL = Map.of(
            StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
            300_000,
            StreamsConfig.producerPrefix("transaction.timeout.ms"),
            600_000);

    private static SandboxBroker broker;
    private static SandboxTopics topics;

    @TempDir
    private static Path state;

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

    /** The code that a test runs before and after each step, on the stream thread. */
    private abstract static class Hooks {
        void before(List<ConsumerRecord<byte[], byte[]>> batch) {}

        void after(List<ConsumerRecord<byte[], byte[]>> batch, List<Boolean> direct) {}
    }

    /** Sends each record of a batch to the lane, as the router does. */
    private static final class Step extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final LaneProducers lanes;
        private final Hooks hooks;
        private LaneProducers.TaskSender sender;

        Step(LaneProducers lanes, Hooks hooks) {
            this.lanes = lanes;
            this.hooks = hooks;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            super.init(context);
            sender = lanes.newSender();
        }

        @Override
        public void close() {
            sender.close();
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            List<ConsumerRecord<byte[], byte[]>> batch =
                    RecordBatch.in(record.headers()).orElseThrow();
            hooks.before(batch);
            List<Boolean> direct = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> one : batch) {
                boolean sent = sender.send(one.topic() + "-lane", Optional.empty(), 0, one, Delivery.FIRST);
                if (!sent) {
                    context().forward(new Record<>(one.key(), one.value(), 0, one.headers()), "lane");
                }
                direct.add(sent);
            }
            hooks.after(batch, direct);
        }
    }

    /** A Streams application with one thread and the batch step. */
    private static final class Application implements AutoCloseable {
        final List<Producer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
        final List<Throwable> deaths = new CopyOnWriteArrayList<>();
        final KafkaStreams streams;

        Application(String source, String guarantee, Map<String, Object> more, Hooks hooks) {
            LaneProducers lanes = new LaneProducers("parked", (partition, offset, reason) -> {});
            Topology topology = new Topology()
                    .addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), source)
                    .addProcessor("step", () -> new Step(lanes, hooks), "source")
                    .addSink("lane", source + "-lane", new ByteArraySerializer(), new ByteArraySerializer(), "step");
            Map<String, Object> properties = new HashMap<>(more);
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, source);
            properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
            properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
            properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
            properties.put(StreamsConfig.producerPrefix("linger.ms"), 0);
            properties.put(StreamsConfig.mainConsumerPrefix("isolation.level"), "read_committed");
            if (!properties.containsKey("group.protocol")) {
                // Streams does not leave the group when it is closed; the next member waits for the session to end.
                properties.put("session.timeout.ms", 6_000);
                properties.put("heartbeat.interval.ms", 1_000);
            }
            streams = new KafkaStreams(
                    topology,
                    new StreamsConfig(properties),
                    new ObservedClients(lanes, Map.of(), new ArrayList<>(), producers));
            streams.setUncaughtExceptionHandler(death -> {
                deaths.add(death);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            });
        }

        Application start() {
            streams.start();
            return this;
        }

        /** The number of records that the consumer has returned to Streams. */
        double polled() {
            return sum(streams.metrics(), "consumer-fetch-manager-metrics", "records-consumed-total", false);
        }

        /** The distance of the consumer's position from the end. */
        double lag() {
            return sum(streams.metrics(), "consumer-fetch-manager-metrics", "records-lag", true);
        }

        /** The number of records that one of the producers has sent. */
        double sent(int producer) {
            return sum(producers.get(producer).metrics(), "producer-metrics", "record-send-total", false);
        }

        private static double sum(
                Map<MetricName, ? extends Metric> metrics, String group, String name, boolean perPartition) {
            return metrics.values().stream()
                    .filter(metric -> metric.metricName().group().equals(group)
                            && metric.metricName().name().equals(name)
                            && metric.metricName().tags().containsKey("topic") == perPartition)
                    .mapToDouble(metric -> (Double) metric.metricValue())
                    .sum();
        }

        @Override
        public void close() {
            assertThat(streams.close(SOON)).isTrue();
        }
    }

    private static void create(String source, int partitions) {
        topics.create(source, partitions, Map.of());
        topics.createLane(source + "-lane", 1);
    }

    private static List<ProducerRecord<byte[], byte[]>> records(String source, int partition, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new ProducerRecord<>(
                        source, partition, "k".getBytes(UTF_8), (partition + ":" + i).getBytes(UTF_8)))
                .toList();
    }

    private static List<String> lane(String source) {
        return values(topics.read(source + "-lane"));
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
    }

    private static List<String> expected(int partition, int to) {
        return IntStream.range(0, to).mapToObj(i -> partition + ":" + i).toList();
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Five records, a marker, five records, a marker: offsets 0 to 11. */
    private static void sendTwoTransactions(String source) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", source),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (int from = 0; from < 10; from += 5) {
                producer.beginTransaction();
                for (ProducerRecord<byte[], byte[]> record : records(source, 0, from, from + 5)) {
                    var unused = producer.send(record);
                }
                producer.commitTransaction();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void offsetOfABatchThatWaitsIsCommittedAndAfterTheLastOneThatOfTheEnd(String guarantee) {
        String source = "offsets-" + guarantee;
        TopicPartition partition = new TopicPartition(source, 0);
        create(source, 1);
        sendTwoTransactions(source);
        assertThat(topics.ends(source)).containsEntry(partition, 12L);
        Map<String, Object> eightAtATime = new HashMap<>(NO_COMMIT_ON_THE_INTERVAL);
        eightAtATime.put("max.poll.records", 8);

        List<String> steps = new CopyOnWriteArrayList<>();
        class PauseAfterTheFirst extends Hooks {
            Application application;

            @Override
            void after(List<ConsumerRecord<byte[], byte[]>> batch, List<Boolean> direct) {
                steps.addAll(values(batch));
                application.streams.pause();
            }
        }
        PauseAfterTheFirst pausing = new PauseAfterTheFirst();
        try (Application application = new Application(source, guarantee, eightAtATime, pausing)) {
            pausing.application = application;
            application.start();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(application.polled()).isEqualTo(10));
        }
        assertThat(steps).as("the first batch, across a marker").isEqualTo(expected(0, 8));
        assertThat(topics.committed(source))
                .as("the first offset of the waiting batch")
                .containsEntry(partition, 9L);

        try (Application application = new Application(source, guarantee, eightAtATime, new Hooks() {
            @Override
            void after(List<ConsumerRecord<byte[], byte[]>> batch, List<Boolean> direct) {
                steps.addAll(values(batch));
            }
        })) {
            application.start();
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(steps).hasSize(10);
                assertThat(application.lag()).isZero();
            });
        }
        assertThat(topics.committed(source)).as("past the last marker").containsEntry(partition, 12L);
        assertThat(lane(source)).isEqualTo(expected(0, 10));
    }

    /** The two protocols use different consumers. */
    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void pollEndsAtItsLimitOfBytesAndTheNextOneGoesOn(String protocol) {
        String source = "swelling-" + protocol;
        int ofEach = 40;
        topics.create(source, 2, Map.of());
        SwellingRecords swelling = new SwellingRecords(broker.bootstrapServers(), 1 << 20);
        swelling.send(source, 0, "zstd", ofEach);
        swelling.send(source, 1, "lz4", ofEach);
        List<TopicPartition> partitions = List.of(new TopicPartition(source, 0), new TopicPartition(source, 1));
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                source,
                "group.protocol",
                protocol,
                PollLimit.CONFIG,
                4L << 20);
        UnprocessedRecords unprocessed = UnprocessedRecords.ofThisThread();
        try (BoundedConsumer consumer = new BoundedConsumer(properties);
                UnprocessedRecords.OpenPartition zero = unprocessed.open(0);
                UnprocessedRecords.OpenPartition one = unprocessed.open(1)) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long[] next = new long[2];
            await().pollInSameThread().atMost(SOON).until(() -> {
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofMillis(100));
                assertThat(polled.count()).isLessThanOrEqualTo(4);
                if (polled.count() == 4) {
                    assertThat(consumer.poll(Duration.ZERO))
                            .as("a poll before these are processed")
                            .isEmpty();
                }
                for (ConsumerRecord<byte[], byte[]> record : polled) {
                    assertThat(record.offset()).isEqualTo(next[record.partition()]++);
                }
                zero.processed(next[0] - 1);
                one.processed(next[1] - 1);
                return next[0] == ofEach && next[1] == ofEach;
            });
        }
    }

    @Test
    void transactionIsBegunBeforeADirectSendAndEndsWithTheCommit() {
        String source = "transaction";
        create(source, 1);
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        List<Boolean> directs = new CopyOnWriteArrayList<>();
        AtomicBoolean fails = new AtomicBoolean();
        Hooks hooks = new Hooks() {
            @Override
            void after(List<ConsumerRecord<byte[], byte[]>> batch, List<Boolean> direct) {
                directs.addAll(direct);
                sent.countDown();
                pass(seen);
                if (fails.compareAndSet(true, false)) {
                    throw new IllegalStateException("a step that fails");
                }
            }
        };
        topics.send(records(source, 0, 0, 3));
        try (Application application = new Application(source, "exactly_once_v2", Map.of(), hooks)) {
            application.start();
            pass(sent);
            TopicPartition lane = new TopicPartition(source + "-lane", 0);
            await().atMost(SOON).untilAsserted(() -> assertThat(topics.ends(source + "-lane"))
                    .containsEntry(lane, 3L));
            assertThat(lane(source))
                    .as("records committed before the step ends")
                    .isEmpty();
            assertThat(directs).containsExactly(false, true, true);
            seen.countDown();
            await().atMost(SOON).untilAsserted(() -> assertThat(lane(source)).isEqualTo(expected(0, 3)));

            directs.clear();
            topics.send(records(source, 0, 3, 6));
            await().atMost(SOON).untilAsserted(() -> assertThat(lane(source)).isEqualTo(expected(0, 6)));
            assertThat(directs).as("in the next transaction").startsWith(false).contains(true);

            fails.set(true);
            topics.send(records(source, 0, 6, 9));
            await().atMost(SOON).untilAsserted(() -> assertThat(lane(source)).isEqualTo(expected(0, 9)));
            assertThat(application.deaths).hasSize(1);
        }
        assertThat(topics.lag(source, source)).isZero();
    }

    /** Two tasks, the first of which throws once, in its second step. */
    private static final class ThrowInASecondStep extends Hooks {
        private final RuntimeException thrown;
        /** By partition, the offset of the first batch that was begun after the exception. */
        final Map<Integer, Long> begun = new ConcurrentHashMap<>();
        /** The records processed after the exception. */
        final Set<String> processed = ConcurrentHashMap.newKeySet();

        final CountDownLatch done = new CountDownLatch(2);
        volatile boolean hasThrown;
        /** The offsets committed when the next step began; null until then. */
        volatile Map<TopicPartition, Long> committed;

        ThrowInASecondStep(RuntimeException thrown) {
            this.thrown = thrown;
        }

        @Override
        void before(List<ConsumerRecord<byte[], byte[]>> batch) {
            ConsumerRecord<byte[], byte[]> first = batch.get(0);
            if (hasThrown) {
                if (committed == null) {
                    committed = topics.committed(first.topic());
                }
                begun.putIfAbsent(first.partition(), first.offset());
            } else if (first.partition() == 0 && first.offset() > 0) {
                hasThrown = true;
                throw thrown;
            }
        }

        @Override
        void after(List<ConsumerRecord<byte[], byte[]>> batch, List<Boolean> direct) {
            done.countDown();
            if (hasThrown) {
                processed.addAll(values(batch));
            }
        }
    }

    private static Application twoTasks(String source, String guarantee, ThrowInASecondStep hooks) {
        create(source, 2);
        topics.send(records(source, 0, 0, 5));
        topics.send(records(source, 1, 0, 5));
        Map<String, Object> five = new HashMap<>(NO_COMMIT_ON_THE_INTERVAL);
        five.put("max.poll.records", 5);
        Application application = new Application(source, guarantee, five, hooks).start();
        pass(hooks.done);
        topics.send(records(source, 0, 5, 10));
        return application;
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
    void taskMigratedInTheStepOfOneTaskClosesAllAndCommitsNone(String guarantee) {
        String source = "migrated-" + guarantee;
        ThrowInASecondStep hooks = new ThrowInASecondStep(new TaskMigratedException("thrown by a test"));
        try (Application application = twoTasks(source, guarantee, hooks)) {
            await().atMost(SOON).untilAsserted(() -> assertThat(hooks.processed)
                    .containsAll(expected(0, 10))
                    .containsAll(expected(1, 5)));
            assertThat(hooks.committed).isEmpty();
            assertThat(hooks.begun).isEqualTo(Map.of(0, 0L, 1, 0L));
            assertThat(application.deaths).isEmpty();
        }
        assertThat(topics.lag(source, source)).isZero();
        if (guarantee.equals("exactly_once_v2")) {
            assertThat(lane(source)).hasSize(15);
        }
        assertThat(Set.copyOf(lane(source))).containsAll(expected(0, 10)).containsAll(expected(1, 5));
    }

    /** Not relied on, but the reason why the router throws no TaskCorruptedException. */
    @Test
    void taskCorruptedInTheStepOfAnotherTaskSkipsTheBatchInHand() {
        String source = "corrupted";
        ThrowInASecondStep hooks = new ThrowInASecondStep(new TaskCorruptedException(Set.of(new TaskId(0, 1))));
        try (Application application = twoTasks(source, "at_least_once", hooks)) {
            await().atMost(SOON).untilAsserted(() -> assertThat(hooks.processed).containsAll(expected(1, 5)));
            assertThat(application.deaths).isEmpty();
        }
        assertThat(topics.lag(source, source)).as("uncommitted records").isZero();
        assertThat(lane(source))
                .as("the committed batch that was not processed")
                .doesNotContain("0:5");
    }

    @Test
    void replacedProducerIsTheOneThatTheStepUses() {
        String source = "replaced";
        create(source, 1);
        List<RuntimeException> failures = new CopyOnWriteArrayList<>(
                List.of(new TaskMigratedException("thrown by a test"), new IllegalStateException("a step that fails")));
        Hooks hooks = new Hooks() {
            @Override
            void after(List<ConsumerRecord<byte[], byte[]>> batch, List<Boolean> direct) {
                assertThat(direct).contains(true);
                if (!failures.isEmpty()) {
                    throw failures.remove(0);
                }
            }
        };
        topics.send(records(source, 0, 0, 10));
        try (Application application = new Application(source, "exactly_once_v2", Map.of(), hooks)) {
            application.start();
            await().atMost(SOON).untilAsserted(() -> assertThat(lane(source)).isEqualTo(expected(0, 10)));
            assertThat(application.deaths).hasSize(1);
            assertThat(application.deaths.get(0)).hasRootCauseMessage("a step that fails");
            assertThat(application.producers)
                    .as("one, and another after each failure")
                    .hasSize(3);
            assertThat(application.sent(2)).isGreaterThanOrEqualTo(10);
        }
    }
}
