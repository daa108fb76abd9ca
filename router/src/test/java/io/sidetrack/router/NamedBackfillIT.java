package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.router.RouterFixture.Router;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Backfills that an operator pauses, cancels and resumes by name, on a real broker (R2, R3). */
@Execution(ExecutionMode.CONCURRENT)
class NamedBackfillIT {
    private static final String HEADER = "x-backfill";
    private static final String LIVE = "";
    private static final List<String> NAMES = List.of(LIVE, "a", "b", "a", "b", "discarded");
    private static final int KEYS = 13;
    /** Longer than a router needs to see a setting, for which it looks each second. The operator's tool waits for 10 s. */
    private static final Duration SETTLED = Duration.ofSeconds(4);

    private static RouterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new RouterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static Router router(String source) {
        Map<String, String> settings = new HashMap<>(Flood.SHORT_TIMEOUTS);
        settings.put("ROUTER_CONTROL_TOPIC", source + "-control");
        return fixture.router(source, settings);
    }

    private static void set(String source, String name, NamedBackfill setting) {
        fixture.set(source + "-control", source, name, setting);
    }

    private static String parkedMetric(String name) {
        return "sidetrack_router_parked_records_total{backfill=\"" + name + "\"}";
    }

    /** Sends numbered records of every backfill, and live ones, for all keys. */
    private static int send(String source, int from, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            String name = NAMES.get(i % NAMES.size());
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    source,
                    ("key-" + i % KEYS).getBytes(UTF_8),
                    Integer.toString(i).getBytes(UTF_8));
            if (!name.equals(LIVE)) {
                record.headers().add(HEADER, name.getBytes(UTF_8));
            }
            records.add(record);
        }
        fixture.topics.send(records);
        return from + count;
    }

    private static void awaitRouted(String source) {
        fixture.awaitRouted(source, RouterFixture.SOON);
    }

    /** Copies what routers have parked to the lane, as the operator's tool does, and remembers how far it is. */
    private static final class Tool {
        private final String source;
        private final Map<Integer, Long> copied = new HashMap<>();
        private NamedBackfill setting = NamedBackfill.paused(1);
        private Map<Integer, Long> ends = Map.of();
        private boolean isQuiet;

        Tool(String source) {
            this.source = source;
        }

        private String parkedTopic() {
            return source + "-backfill-parked";
        }

        void begin() {
            put(setting.resuming(fixture.ends(source + "-backfill"), Map.of(), 2));
        }

        private void put(NamedBackfill next) {
            setting = next;
            set(source, "a", next);
        }

        /** @return false once no router has parked a record since the round before the last */
        boolean round() throws ExecutionException, InterruptedException {
            Map<Integer, Long> routed = routed();
            Map<Integer, Long> before = ends;
            ends = fixture.ends(parkedTopic());
            isQuiet &= ends.equals(before);
            copy();
            put(setting.resuming(setting.writeFrom(), routed, 3));
            await().pollDelay(SETTLED).until(() -> true);
            boolean stillQuiet = ends.equals(fixture.ends(parkedTopic()));
            if (isQuiet && stillQuiet) {
                put(setting.resumed(routed, 4));
                return false;
            }
            isQuiet = stillQuiet;
            return true;
        }

        private Map<Integer, Long> routed() throws ExecutionException, InterruptedException {
            Map<Integer, Long> routed = new TreeMap<>();
            fixture.topics
                    .admin()
                    .listConsumerGroupOffsets(
                            "router-" + source, new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> routed.put(partition.partition(), offset.offset()));
            return routed;
        }

        private void copy() {
            List<ProducerRecord<byte[], byte[]>> copies = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : fixture.topics.read(parkedTopic())) {
                long done = copied.getOrDefault(record.partition(), 0L);
                if (record.offset() >= done && record.offset() < ends.get(record.partition())) {
                    assertThat(ParkedBy.of(record.headers())).contains(ParkedBy.ROUTER);
                    RecordHeaders headers = new RecordHeaders(record.headers().toArray());
                    headers.remove(ParkedBy.HEADER);
                    copies.add(new ProducerRecord<>(
                            source + "-backfill", record.partition(), null, record.key(), record.value(), headers));
                    copied.put(record.partition(), record.offset() + 1);
                }
            }
            fixture.topics.send(copies);
        }
    }

    @Test
    void pausedRecordsAreParkedAndReturnExactlyOnceInOrderAlthoughRoutersAreKilled() throws Exception {
        fixture.source("named", 3);
        set("named", "discarded", NamedBackfill.cancelled(true, 1));
        Tool tool = new Tool("named");
        int sent = 0;
        try (Router first = router("named")) {
            sent = send("named", sent, 500);
            set("named", "a", NamedBackfill.paused(1));
            while (first.metric(parkedMetric("a")) == 0) {
                sent = send("named", sent, 50);
            }
            sent = send("named", sent, 1000);
            first.process().kill();
        }
        try (Router second = router("named")) {
            sent = send("named", sent, 500);
            awaitRouted("named");
            assertThat(fixture.assertAudited("named", "--control-topic", "named-control"))
                    .containsPattern("\\d+ parked in named-backfill-parked, until their backfill is resumed")
                    .containsPattern("\\d+ discarded, because their backfill is or was cancelled")
                    .contains("clean: every record has arrived exactly once, or is parked, or was discarded");
            sent = send("named", sent, 1000);
            tool.begin();
            sent = send("named", sent, 500);
            tool.round();
            second.process().kill();
        }
        try (Router third = router("named")) {
            sent = send("named", sent, 500);
            while (tool.round()) {
                sent = send("named", sent, 100);
                awaitRouted("named");
            }
            double parked = third.metric(parkedMetric("a"));
            sent = send("named", sent, 300);
            awaitRouted("named");
            assertThat(third.metric(parkedMetric("a"))).isEqualTo(parked);
            assertOnceInOrder("named", sent);
            // Without the topic for parked records, everything has to be on the lanes.
            fixture.topics
                    .admin()
                    .deleteTopics(List.of("named-backfill-parked"))
                    .all()
                    .get();
            assertThat(fixture.assertAudited("named", "--control-topic", "named-control"))
                    .contains("clean: every record has arrived exactly once, or was discarded");
        }
    }

    private static void assertOnceInOrder(String source, int sent) {
        Set<Integer> missing = new HashSet<>();
        for (int i = 0; i < sent; i++) {
            if (!NAMES.get(i % NAMES.size()).equals("discarded")) {
                missing.add(i);
            }
        }
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>(fixture.topics.read(source + "-live"));
        all.addAll(fixture.topics.read(source + "-backfill"));
        Map<String, Integer> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : all) {
            int number = Integer.parseInt(new String(record.value(), UTF_8));
            assertThat(missing.remove(number))
                    .as("%d is on its lane once", number)
                    .isTrue();
            assertThat(ParkedBy.of(record.headers())).isEmpty();
            Integer before = last.put(new String(record.key(), UTF_8) + NAMES.get(number % NAMES.size()), number);
            assertThat(before == null || before < number)
                    .as("%s, then %d", before, number)
                    .isTrue();
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void pauseThatCannotBeCarriedOutDoesNotStopLiveTraffic() throws Exception {
        fixture.source("unfit", 1);
        fixture.topics
                .admin()
                .deleteTopics(List.of("unfit-backfill-parked"))
                .all()
                .get();
        try (Router router = router("unfit")) {
            set("unfit", "a", NamedBackfill.paused(1));
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(router.metric("sidetrack_router_not_parked_backfills"))
                            .isEqualTo(1));
            send("unfit", 0, 60);
            awaitRouted("unfit");
            assertThat(fixture.topics.read("unfit-live")).hasSize(10);
            assertThat(fixture.topics.read("unfit-backfill"))
                    .as("the lane's writers park them")
                    .hasSize(50);
            assertThat(router.process().output().lines())
                    .filteredOn(line ->
                            line.contains("no record can be parked in unfit-backfill-parked (there is no such topic)"))
                    // Problems that last longer than a minute are logged again.
                    .filteredOn(line -> !line.matches(".*\\(\\d+ times in \\d+ s\\)"))
                    .hasSize(1);

            fixture.topics.createLane("unfit-backfill-parked", 12);
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(router.metric("sidetrack_router_not_parked_backfills"))
                            .isZero());
            send("unfit", 60, 60);
            awaitRouted("unfit");
            assertThat(fixture.topics.read("unfit-backfill-parked")).hasSize(20);

            AclBinding denied = new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, "unfit-backfill-parked", PatternType.LITERAL),
                    new AccessControlEntry("User:*", "*", AclOperation.WRITE, AclPermissionType.DENY));
            fixture.topics.admin().createAcls(List.of(denied)).all().get();
            send("unfit", 120, 60);
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(router.metric("sidetrack_router_failed_sends_total"))
                            .isGreaterThan(1));
            assertThat(ServiceProcess.status(router.port(), "/livez")).isEqualTo(200);
            fixture.topics.admin().deleteAcls(List.of(denied.toFilter())).all().get();
            awaitRouted("unfit");
            assertThat(fixture.topics.read("unfit-backfill-parked")).hasSize(40);
            assertThat(fixture.topics.read("unfit-live")).hasSize(30);
            assertThat(router.process().output()).doesNotContain("a stream thread died");
        }
    }

    @Test
    void routerDoesNotStartIfItCannotParkWhatIsPaused() {
        fixture.source("refused", 1);
        fixture.topics.create("refused-parked", 5, Map.of("message.timestamp.type", "LogAppendTime"));
        set("refused", "a", NamedBackfill.cancelled(true, 1));
        set("refused", "b", NamedBackfill.paused(1));
        try (ServiceProcess process = fixture.start(
                "refused",
                Map.of("ROUTER_CONTROL_TOPIC", "refused-control", "ROUTER_PARKED_TOPIC", "refused-parked"))) {
            assertThat(process.exitCode(RouterFixture.SOON)).isEqualTo(2);
            assertThat(process.errors().strip())
                    .startsWith("sidetrack-router: ROUTER_PARKED_TOPIC=refused-parked: backfill b is paused, and no"
                            + " record can be parked there (has 5 partitions, but refused-backfill has 12")
                    .endsWith("Run `sidetrack provision`. Or resume the backfill with `sidetrack backfill resume`.")
                    .hasLineCount(1);
        }
    }
}
