package io.sidetrack.system;

import static io.sidetrack.system.SidetrackFixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** One of two interleaved backfills is paused, and the other one continues; then it is resumed, while processes are killed. */
class PauseOneBackfillIT {
    private static final int KEYS = 10;
    private static final int PART = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** By key, the number of its last record. */
    private final Map<String, Integer> newest = new HashMap<>();

    private int sent;

    /** Sends a number of records of each of these backfills, and of live traffic, in turn. */
    private void send(SidetrackFixture fixture, int each, String... names) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (String name : names) {
                String key = name + i % KEYS;
                newest.put(key, ++sent);
                RecordHeaders headers = new RecordHeaders();
                headers.add("x-backfill", name.getBytes(UTF_8));
                records.add(record(key, headers));
            }
            sent++;
            records.add(record("live" + i % KEYS, new RecordHeaders()));
        }
        fixture.topics.send(records);
    }

    private ProducerRecord<byte[], byte[]> record(String key, RecordHeaders headers) {
        return new ProducerRecord<>(
                "orders",
                null,
                key.getBytes(UTF_8),
                "{\"id\":\"%s\",\"n\":%d}".formatted(key, sent).getBytes(UTF_8),
                headers);
    }

    /** The number of the record that each key of a backfill has in the table. */
    private static Map<String, Integer> table(SidetrackFixture fixture, String name) {
        Map<String, Integer> items = new HashMap<>();
        fixture.tables.scan("orders").forEach(item -> {
            String key = item.get("id").s();
            if (key.startsWith(name)) {
                items.put(key, Integer.parseInt(item.get("n").n()));
            }
        });
        return items;
    }

    private Map<String, Integer> newestOf(String name) {
        Map<String, Integer> all = new HashMap<>(newest);
        all.keySet().removeIf(key -> !key.startsWith(name));
        return all;
    }

    private static JsonNode progress(SidetrackFixture fixture) {
        try {
            return JSON.readTree(fixture.sidetrack(
                    0, "progress", "--json", "--live-group", "none", "--interval-ms", "200", "--window-ms", "500"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode of(JsonNode progress, String name) {
        for (JsonNode one : progress.path("namedBackfills")) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        return JSON.createObjectNode();
    }

    private static ServiceProcess writer(SidetrackFixture fixture) {
        return fixture.writer(Map.of(
                "WRITER_TOPIC",
                "orders-backfill",
                "WRITER_LANE",
                "backfill",
                "WRITER_HTTP_PORT",
                Integer.toString(FreePort.find()),
                "KAFKA_SESSION_TIMEOUT_MS",
                "6000"));
    }

    @Test
    void onePausedBackfillLetsTheOtherPassAndReturnsCompletelyAndInOrder() {
        try (SidetrackFixture fixture = new SidetrackFixture()) {
            fixture.sidetrack(
                    0, "provision", "--create-source", "--source-partitions", "2", "--backfill-partitions", "4");
            fixture.tables.create("orders", "id");
            int port = FreePort.find();
            try (ServiceProcess router = fixture.router(Map.of("ROUTER_HTTP_PORT", Integer.toString(port)))) {
                router.awaitReady(port, SOON);
                send(fixture, PART, "a", "b");
                await().atMost(SOON).untilAsserted(() -> assertThat(fixture.topics.read("orders-backfill"))
                        .hasSize(2 * PART));
                assertThat(fixture.sidetrack(0, "backfill", "pause", "a")).contains("backfill a: paused");
                trickle(fixture, port, "a", "sidetrack_router_parked_records_total");
                try (ServiceProcess first = writer(fixture);
                        ServiceProcess second = writer(fixture)) {
                    send(fixture, PART, "a", "b");
                    await().atMost(SOON)
                            .untilAsserted(() -> assertThat(table(fixture, "b")).isEqualTo(newestOf("b")));
                    assertThat(table(fixture, "a")).isEmpty();
                    resumeWhileProcessesAreKilled(fixture, second);
                    await().atMost(SOON)
                            .untilAsserted(() -> assertThat(table(fixture, "a")).isEqualTo(newestOf("a")));
                    await().atMost(SOON)
                            .untilAsserted(() -> assertThat(table(fixture, "b")).isEqualTo(newestOf("b")));
                    discard(fixture, port);
                    assertThat(first.isAlive()).isTrue();
                }
            }
        }
    }

    /** Sends records of a backfill until the router has seen its setting, as one of its metrics shows. */
    private void trickle(SidetrackFixture fixture, int port, String name, String metric) {
        await().atMost(SOON).until(() -> {
            send(fixture, 1, name);
            return ServiceProcess.metrics(port).getOrDefault(metric + "{backfill=\"" + name + "\"}", 0.0) > 0;
        });
    }

    private void resumeWhileProcessesAreKilled(SidetrackFixture fixture, ServiceProcess writer) {
        await().atMost(SOON).untilAsserted(() -> {
            JsonNode a = of(progress(fixture), "a");
            assertThat(a.path("state").asText()).isEqualTo("paused");
            assertThat(a.path("routed").asInt()).isGreaterThan(2 * PART);
            assertThat(a.path("written").asInt()).isZero();
            assertThat(a.path("left")).isEqualTo(a.path("routed"));
            assertThat(a.path("parkedByWriters").asInt()).isGreaterThanOrEqualTo(PART);
        });
        try (ServiceProcess tool = fixture.start(Map.of(), "backfill", "resume", "a")) {
            await().atMost(SOON).untilAsserted(() -> assertThat(fixture.sidetrack(0, "backfill", "status", "a"))
                    .contains("backfill a: resuming"));
            tool.kill();
        }
        writer.kill();
        send(fixture, PART, "a", "b");
        try (ServiceProcess tool = fixture.start(Map.of(), "backfill", "resume", "a", "--json")) {
            assertThat(tool.exitCode(SOON.multipliedBy(2)))
                    .as(() -> tool.output() + tool.errors())
                    .isZero();
            assertThat(tool.output()).contains("\"name\":\"a\",\"state\":\"resumed\"", "\"refused\":0");
        }
        assertThat(fixture.sidetrack(0, "audit", "--source", "orders"))
                .contains("clean: every record", " for the second time, because a writer had parked them");
    }

    private void discard(SidetrackFixture fixture, int port) {
        int before = sent;
        fixture.sidetrack(0, "backfill", "cancel", "c", "--discard");
        trickle(fixture, port, "c", "sidetrack_router_discarded_records_total");
        // The others, which alternate with live records, were routed before the router had seen the setting.
        int early = (sent - before) / 2;
        send(fixture, 3 * KEYS, "c");
        await().atMost(SOON).untilAsserted(() -> {
            JsonNode all = progress(fixture);
            JsonNode c = of(all, "c");
            assertThat(c.path("routed").asInt()).isEqualTo(early + 3 * KEYS);
            assertThat(c.path("discarded").asInt()).isBetween(3 * KEYS + 1, early + 3 * KEYS);
            assertThat(c.path("left").asInt()).isZero();
            JsonNode a = of(all, "a");
            assertThat(a.path("left").asInt())
                    .as("a service was killed")
                    .isLessThanOrEqualTo(all.path("uncertainRecords").asInt());
        });
        assertThat(table(fixture, "c")).hasSizeLessThan(early);
        assertThat(fixture.sidetrack(0, "audit", "--source", "orders"))
                .contains("clean: every record", " discarded, because");
    }
}
