package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.park.ParkingLot;
import io.sidetrack.router.placement.ProducerLimits;
import io.sidetrack.router.placement.Refusal;
import io.sidetrack.router.route.EnabledRules;
import io.sidetrack.router.route.RouteListener;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.startup.RouterTopics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The topology without a broker. {@link RouterIT} tests what needs one. */
class RouterTopologyTest implements RouteListener {
    private static final int SOURCE_BYTES = 20_000;

    private final List<Classification> classifications = new ArrayList<>();
    private final List<String> backfills = new ArrayList<>();
    private final List<String> parkedAndDiscarded = new ArrayList<>();
    private final NamedBackfills settings = new NamedBackfills("lane");
    private final List<Refusal> refusals = new ArrayList<>();
    /** The facts of topics that have changed since the start. */
    private final Map<String, TopicFacts> changed = new HashMap<>();

    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> source;
    private TestOutputTopic<byte[], byte[]> live;
    private TestOutputTopic<byte[], byte[]> backfill;
    private TestOutputTopic<byte[], byte[]> parked;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    @Override
    public void routed(Classification classification, long records) {
        classifications.addAll(Collections.nCopies((int) records, classification));
    }

    @Override
    public void routedToBackfill(String name, long records) {
        backfills.add(name + " " + records);
    }

    @Override
    public void parked(String name, long records) {
        parkedAndDiscarded.add("parked " + name + " " + records);
    }

    @Override
    public void discarded(String name, long records) {
        parkedAndDiscarded.add("discarded " + name + " " + records);
    }

    @Override
    public void deadLettered(Refusal refusal, String topic, int partition, long offset, boolean whole) {
        refusals.add(refusal);
    }

    @Override
    public void lost(String topic, int partition, long from, long to) {
        throw new AssertionError("no offset is lost");
    }

    private void open(Map<String, String> more, String livePolicy) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("ROUTER_SOURCE_TOPIC", "orders");
        environment.put("ROUTER_BACKFILL_HEADER", "lane");
        RouterSettings routerSettings = RouterSettings.read(environment);
        RouterTopics topics = new RouterTopics(
                facts(routerSettings.topics().source(), "delete", SOURCE_BYTES),
                facts(routerSettings.topics().live(), livePolicy, SOURCE_BYTES),
                facts(routerSettings.topics().backfill(), "delete", SOURCE_BYTES),
                facts(routerSettings.topics().parked(), "delete", SOURCE_BYTES + 100),
                facts(routerSettings.topics().deadLetters(), "delete", 2 * SOURCE_BYTES));
        driver = new TopologyTestDriver(
                RouterTopology.of(
                        routerSettings,
                        new EnabledRules(routerSettings.rules(), Optional.empty()),
                        RouterTopology.destinations(
                                topics,
                                new ProducerLimits(1 << 20, "lz4"),
                                topic -> Optional.ofNullable(changed.get(topic))),
                        new LaneProducers("none", (partition, offset, reason) -> {}),
                        this,
                        new ParkingLot("lane", settings, since -> {}, true, () -> 0),
                        new BackfillTally(Clock.systemUTC()),
                        Clock.systemUTC()),
                new Properties());
        source = driver.createInputTopic("orders", new ByteArraySerializer(), new ByteArraySerializer());
        live = output(routerSettings.topics().live());
        backfill = output(routerSettings.topics().backfill());
        parked = output(routerSettings.topics().parked());
        deadLetters = output(routerSettings.topics().deadLetters());
    }

    private static TopicFacts facts(String topic, String policy, int maxMessageBytes) {
        return TopicFacts.named(topic)
                .partitions(6)
                .timestampType("LogAppendTime")
                .cleanupPolicy(policy)
                .retentionMs(-1)
                .maxMessageBytes(maxMessageBytes)
                .build();
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void onlyTheConfiguredHeaderChoosesTheLane() {
        open(Map.of(), "delete");
        source.pipeInput(record("lane", "orders-2019"));
        source.pipeInput(record("x-backfill", "orders-2019"));
        source.pipeInput(record("lane", "0"));

        assertThat(backfill.getQueueSize()).isEqualTo(1);
        assertThat(live.getQueueSize()).isEqualTo(2);
        assertThat(classifications).extracting(Classification::rule).containsExactly("header", "none", "header");
        assertThat(backfills).containsExactly("orders-2019 1");
    }

    @Test
    void recordWithAnyBytesInTheHeaderGoesToExactlyOneLane() {
        open(Map.of(), "delete");
        long seed = Long.getLong("routing.seed", System.nanoTime());
        System.out.println("RouterTopologyTest uses -Drouting.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] value = new byte[random.nextInt(20)];
            random.nextBytes(value);
            RecordHeaders headers = new RecordHeaders();
            headers.add("lane", value);
            source.pipeInput(new TestRecord<>(new byte[] {1}, value, headers, 0L));
        }
        assertThat(live.getQueueSize() + backfill.getQueueSize()).isEqualTo(2000);
    }

    @Test
    void bothLanesCanBeOneTopic() {
        open(Map.of("ROUTER_BACKFILL_TOPIC", "orders-live"), "delete");
        source.pipeInput(record("lane", "yes"));
        source.pipeInput(record("other", "yes"));
        assertThat(live.getQueueSize()).isEqualTo(2);
    }

    @Test
    void recordTooLargeForItsLaneBecomesADeadLetterAndTheNextOneIsRouted() {
        open(Map.of(), "delete");
        byte[] noise = new byte[SOURCE_BYTES + 1];
        new SplittableRandom(1).nextBytes(noise);
        source.pipeInput(new TestRecord<>(new byte[] {1}, new byte[SOURCE_BYTES * 5], new RecordHeaders(), 5L));
        source.pipeInput(new TestRecord<>(new byte[] {1}, noise, new RecordHeaders().add("mine", null), 6L));
        source.pipeInput(record("lane", "0"));

        assertThat(live.getQueueSize()).as("a record that compresses well fits").isEqualTo(2);
        assertThat(refusals).containsExactly(Refusal.TOO_LARGE);
        TestRecord<byte[], byte[]> deadLetter = deadLetters.readRecord();
        assertThat(deadLetter.value()).isEqualTo(noise);
        assertThat(deadLetter.headers().toArray()[0].key()).isEqualTo("mine");
        assertThat(text(deadLetter, "sidetrack-reason")).isEqualTo("too-large");
        assertThat(text(deadLetter, "sidetrack-timestamp")).isEqualTo("6");
        assertThat(text(deadLetter, "__streams.errors.topic")).isEqualTo("orders");
        assertThat(text(deadLetter, "__streams.errors.offset")).isEqualTo("1");
    }

    @Test
    void raisedLimitAppliesToTheNextRecord() {
        open(Map.of(), "delete");
        byte[] noise = new byte[SOURCE_BYTES + 1];
        new SplittableRandom(1).nextBytes(noise);
        changed.put("orders-live", facts("orders-live", "delete", 2 * SOURCE_BYTES));
        source.pipeInput(new TestRecord<>(new byte[] {1}, noise, new RecordHeaders(), 5L));
        assertThat(live.getQueueSize()).isEqualTo(1);
        assertThat(refusals).isEmpty();
    }

    @Test
    void recordWithoutAKeyForACompactedLaneBecomesADeadLetter() {
        open(Map.of(), "compact");
        source.pipeInput(new TestRecord<>(null, new byte[1], new RecordHeaders(), 5L));
        source.pipeInput(new TestRecord<>(new byte[1], null, new RecordHeaders(), 5L));
        assertThat(live.getQueueSize()).isEqualTo(1);
        assertThat(refusals).containsExactly(Refusal.NO_KEY);
    }

    @Test
    void recordThatNoTopicAcceptsWholeBecomesAReducedDeadLetterAndTheNextOneIsRouted() {
        open(Map.of(), "delete");
        byte[] noise = new byte[3 * SOURCE_BYTES];
        new SplittableRandom(1).nextBytes(noise);
        source.pipeInput(new TestRecord<>(new byte[] {1}, noise, new RecordHeaders().add("mine", null), 5L));
        source.pipeInput(record("lane", "0"));

        TestRecord<byte[], byte[]> deadLetter = deadLetters.readRecord();
        assertThat(deadLetter.value()).isEqualTo(Arrays.copyOf(noise, 1024));
        assertThat(deadLetter.headers().toArray()[0].key()).isEqualTo("mine");
        assertThat(text(deadLetter, "sidetrack-reduced")).isEqualTo("value");
        assertThat(text(deadLetter, "sidetrack-reason")).isEqualTo("too-large");
        assertThat(text(deadLetter, "sidetrack-value-bytes")).isEqualTo(Integer.toString(noise.length));
        assertThat(live.getQueueSize()).isEqualTo(1);
    }

    @Test
    void recordThatNoTopicAcceptsWholeStopsTheRouterIfTheSettingRequestsIt() {
        open(Map.of("ROUTER_DEAD_LETTER_REJECTED", "stop"), "delete");
        byte[] noise = new byte[3 * SOURCE_BYTES];
        new SplittableRandom(1).nextBytes(noise);
        assertThatThrownBy(() -> source.pipeInput(new TestRecord<>(new byte[] {1}, noise, new RecordHeaders(), 5L)))
                .hasStackTraceContaining("orders, partition 0, offset 0: too-large")
                .hasStackTraceContaining("raise max.message.bytes")
                .hasStackTraceContaining("StopException");
    }

    @Test
    void recordsOfAPausedBackfillAreParkedByteForByteWithOneMoreHeader() {
        open(Map.of(), "delete");
        settings.set(Map.of("a", NamedBackfill.paused(1), "0", NamedBackfill.paused(1)));
        source.pipeInput(record("lane", "b"));
        source.pipeInput(new TestRecord<>(
                new byte[] {1},
                new byte[] {2},
                new RecordHeaders()
                        .add("lane", "b".getBytes(UTF_8))
                        .add("sidetrack-parked-by", new byte[] {7})
                        .add("lane", "a".getBytes(UTF_8)),
                6L));
        source.pipeInput(record("lane", "0"));
        source.pipeInput(record("other", "a"));

        assertThat(backfill.getQueueSize()).isEqualTo(1);
        assertThat(live.getQueueSize()).as("live records are never parked").isEqualTo(2);
        assertThat(parked.getQueueSize()).isEqualTo(1);
        TestRecord<byte[], byte[]> one = parked.readRecord();
        assertThat(one.key()).containsExactly(1);
        assertThat(one.value()).containsExactly(2);
        assertThat(one.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .containsExactly("lane=b", "lane=a", "sidetrack-timestamp=6", "sidetrack-parked-by=router");
        assertThat(parkedAndDiscarded).containsExactly("parked a 1");
        assertThat(backfills).containsExactly("b 1");
    }

    @Test
    void recordsOfACancelledBackfillAreDiscardedIfRequested() {
        open(Map.of(), "delete");
        settings.set(Map.of("a", NamedBackfill.cancelled(true, 1), "b", NamedBackfill.cancelled(false, 1)));
        source.pipeInput(record("lane", "a"));
        source.pipeInput(record("lane", "b"));
        assertThat(parkedAndDiscarded).containsExactly("discarded a 1", "parked b 1");
        assertThat(backfill.getQueueSize() + live.getQueueSize()).isZero();
        assertThat(parked.getQueueSize()).isEqualTo(1);
    }

    @Test
    void namedBackfillCanBePausedInARepartitioner() {
        open(Map.of("ROUTER_BACKFILL_TOPIC", "orders-live"), "delete");
        settings.set(Map.of("a", NamedBackfill.paused(1)));
        source.pipeInput(record("lane", "a"));
        source.pipeInput(record("other", "a"));
        assertThat(live.getQueueSize()).isEqualTo(1);
        assertThat(parked.readRecord().headers().lastHeader("sidetrack-parked-by"))
                .isNotNull();
    }

    @Test
    void recordThatCannotBeParkedForItsSizeBecomesADeadLetterLikeAnyOther() {
        open(Map.of(), "delete");
        settings.set(Map.of("a", NamedBackfill.paused(1)));
        byte[] noise = new byte[SOURCE_BYTES + 200];
        new SplittableRandom(1).nextBytes(noise);
        source.pipeInput(
                new TestRecord<>(new byte[] {1}, noise, new RecordHeaders().add("lane", "a".getBytes(UTF_8)), 6L));
        assertThat(refusals).containsExactly(Refusal.TOO_LARGE);
        assertThat(parkedAndDiscarded).isEmpty();
        assertThat(deadLetters.readRecord().headers().lastHeader("sidetrack-parked-by"))
                .isNull();
    }

    private static String text(TestRecord<byte[], byte[]> record, String header) {
        return new String(record.headers().lastHeader(header).value(), UTF_8);
    }

    private static TestRecord<byte[], byte[]> record(String header, String value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(header, value.getBytes(UTF_8));
        return new TestRecord<>(new byte[] {1}, new byte[] {2}, headers, 0L);
    }
}
