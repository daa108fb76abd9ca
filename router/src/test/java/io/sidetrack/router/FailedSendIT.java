package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.batch.ObservedClients;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.park.ParkingLot;
import io.sidetrack.router.placement.Refusal;
import io.sidetrack.router.route.EnabledRules;
import io.sidetrack.router.route.RouteListener;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.startup.RouterTopics;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A send of one task fails before its stream thread begins the next step of another task. */
class FailedSendIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int RECORDS = 20;
    /** The partition whose records go to the live lane, and the one whose records go to the backfill lane. */
    private static final int LIVE = 0;

    private static final int BACKFILL = 1;

    private static final String GATE = "test.gate";

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

    /** Blocks the stream thread at its first send to the backfill lane, until the test opens the gate. */
    private static final class Gate {
        /** Whether to block after the send has failed instead of before it begins. */
        final boolean afterFailure;

        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        Gate(boolean afterFailure) {
            this.afterFailure = afterFailure;
        }

        void pass(String topic) {
            if (topic.endsWith("-backfill") && open.getCount() > 0) {
                reached.countDown();
                try {
                    assertThat(open.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Passes the producer's sends through the gate in its properties. */
    public static final class AtGate implements ProducerInterceptor<byte[], byte[]> {
        private Gate gate;

        @Override
        public void configure(Map<String, ?> configs) {
            gate = (Gate) configs.get(GATE);
        }

        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
            if (!gate.afterFailure) {
                gate.pass(record.topic());
            }
            return record;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception thrown) {
            if (gate.afterFailure && thrown != null) {
                gate.pass(metadata.topic());
            }
        }

        @Override
        public void close() {}
    }

    private static final class NoListener implements RouteListener {
        @Override
        public void routed(Classification classification, long records) {}

        @Override
        public void routedToBackfill(String name, long records) {}

        @Override
        public void parked(String name, long records) {}

        @Override
        public void discarded(String name, long records) {}

        @Override
        public void deadLettered(Refusal refusal, String topic, int partition, long offset, boolean whole) {}

        @Override
        public void lost(String topic, int partition, long from, long to) {}
    }

    @ParameterizedTest
    @CsvSource({
        "at_least_once, classic, timeout",
        "exactly_once_v2, classic, timeout",
        "exactly_once_v2, classic, fenced",
        "at_least_once, streams, timeout",
        "exactly_once_v2, streams, timeout",
    })
    void failedSendOfOneTaskLosesNothingOfAnother(String guarantee, String protocol, String failure) throws Exception {
        String source = String.join("-", guarantee, protocol, failure);
        topics.create(source, 2, Map.of());
        topics.createLane(source + "-live", 1);
        topics.createLane(source + "-dead-letters", 1);
        boolean fenced = failure.equals("fenced");
        if (fenced) {
            topics.createLane(source + "-backfill", 1);
        }
        LaneProducers lanes = new LaneProducers(source + "-backfill-parked", (partition, offset, reason) -> {});
        List<Map<String, Object>> producers = new CopyOnWriteArrayList<>();
        List<Throwable> deaths = new CopyOnWriteArrayList<>();
        Gate gate = new Gate(!fenced);
        try (KafkaStreams streams = router(source, guarantee, protocol, gate, lanes, producers)) {
            streams.setUncaughtExceptionHandler(death -> {
                deaths.add(death);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            });
            streams.start();
            send(source, LIVE, 0, RECORDS);
            send(source, BACKFILL, 0, 1);
            assertThat(gate.reached.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            if (fenced) {
                topics.admin()
                        .fenceProducers(
                                List.of(producers.get(0).get("transactional.id").toString()))
                        .all()
                        .get();
            } else {
                // The send has failed, because without the topic there was no metadata within max.block.ms.
                topics.createLane(source + "-backfill", 1);
            }
            send(source, LIVE, RECORDS, 2 * RECORDS);
            gate.open.countDown();

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(numbers(source + "-live")).containsAll(upTo(2 * RECORDS));
                assertThat(numbers(source + "-backfill")).containsAll(upTo(1));
            });
            if (guarantee.equals("exactly_once_v2")) {
                assertThat(numbers(source + "-live")).isEqualTo(upTo(2 * RECORDS));
                assertThat(numbers(source + "-backfill")).isEqualTo(upTo(1));
            }
            assertThat(deaths).as("deaths of stream threads").isEmpty();
        }
    }

    private static KafkaStreams router(
            String source,
            String guarantee,
            String protocol,
            Gate gate,
            LaneProducers lanes,
            List<Map<String, Object>> producers) {
        RouterSettings settings = RouterSettings.read(Map.of(
                "ROUTER_SOURCE_TOPIC",
                source,
                "ROUTER_APPLICATION_ID",
                "router-" + source,
                "ROUTER_PROCESSING_GUARANTEE",
                guarantee));
        Map<String, String> environment = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "KAFKA_GROUP_PROTOCOL",
                protocol,
                "KAFKA_STATE_DIR",
                state.toString(),
                "KAFKA_MAX_POLL_RECORDS",
                "5",
                "KAFKA_MAX_BLOCK_MS",
                "1000",
                "KAFKA_METADATA_MAX_AGE_MS",
                "500");
        StreamsConfig config =
                RouterStreamsConfig.of(settings, KafkaProperties.read(environment), RouterTopics.LEAST_REQUEST_BYTES);
        RouterTopics facts = new RouterTopics(
                facts(source, 2),
                facts(source + "-live", 1),
                facts(source + "-backfill", 1),
                facts(source + "-backfill-parked", 1),
                facts(source + "-dead-letters", 1));
        return new KafkaStreams(
                RouterTopology.of(
                        settings,
                        new EnabledRules(settings.rules(), Optional.empty()),
                        RouterTopology.destinations(
                                facts, RouterStreamsConfig.producerLimits(config), topic -> Optional.empty()),
                        lanes,
                        new NoListener(),
                        new ParkingLot(
                                settings.rules().header(),
                                new NamedBackfills(settings.rules().header()),
                                since -> {},
                                settings.isExactlyOnce(),
                                System::nanoTime),
                        new BackfillTally(Clock.systemUTC()),
                        Clock.systemUTC()),
                config,
                new ObservedClients(
                        lanes,
                        Map.of(GATE, gate, ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, List.of(AtGate.class)),
                        producers,
                        new ArrayList<>()));
    }

    private static TopicFacts facts(String topic, int partitions) {
        return TopicFacts.named(topic)
                .partitions(partitions)
                .timestampType("LogAppendTime")
                .retentionMs(-1)
                .maxMessageBytes(1 << 20)
                .build();
    }

    private static void send(String source, int partition, int from, int to) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    source, partition, "k".getBytes(UTF_8), Integer.toString(i).getBytes(UTF_8));
            if (partition == BACKFILL) {
                record.headers().add("x-backfill", "test".getBytes(UTF_8));
            }
            records.add(record);
        }
        topics.send(records);
    }

    private static List<Integer> numbers(String topic) {
        return topics.read(topic).stream()
                .map(record -> Integer.valueOf(new String(record.value(), UTF_8)))
                .toList();
    }

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }
}
