package io.sidetrack.system;

import static io.sidetrack.system.SidetrackFixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A part of the shared topic is replayed to a table that has moved on, and that has lost items. */
class ReplayGuardIT {
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    private static ProducerRecord<byte[], byte[]> record(String topic, long timestampMs, String id, int n) {
        return new ProducerRecord<>(
                topic,
                0,
                timestampMs,
                id.getBytes(UTF_8),
                "{\"id\":\"%s\",\"n\":%d}".formatted(id, n).getBytes(UTF_8));
    }

    /** The number of an item; 0 if there is none. */
    private static int number(SidetrackFixture fixture, String id) {
        return fixture.tables
                .get("orders", Map.of("id", AttributeValue.fromS(id)))
                .map(item -> Integer.parseInt(item.get("n").n()))
                .orElse(0);
    }

    @Test
    void replayedRecordLosesAgainstANewerItemAndRestoresAMissingOne() {
        try (SidetrackFixture fixture = new SidetrackFixture()) {
            fixture.topics.create("orders", 1, Map.of());
            fixture.topics.createLane("orders-backfill", 2);
            fixture.topics.createLane("orders-backfill-dead-letters", 1);
            fixture.tables.create("orders", "id");
            long now = System.currentTimeMillis();
            fixture.topics.send(List.of(
                    record("orders", now - 3 * HOUR_MS, "newer", 1),
                    record("orders", now - 3 * HOUR_MS, "older", 1),
                    record("orders", now - 3 * HOUR_MS, "missing", 1)));
            // What the table holds came an hour later, or an hour earlier, than what is replayed.
            ProducerRecord<byte[], byte[]> newer = record("orders-backfill", now, "newer", 2);
            newer.headers()
                    .add("sidetrack-timestamp", Long.toString(now - 2 * HOUR_MS).getBytes(UTF_8));
            ProducerRecord<byte[], byte[]> older = record("orders-backfill", now, "older", 2);
            older.headers()
                    .add("sidetrack-timestamp", Long.toString(now - 4 * HOUR_MS).getBytes(UTF_8));
            fixture.topics.send(List.of(newer, older));
            Map<String, String> settings = Map.of(
                    "WRITER_TOPIC",
                    "orders-backfill",
                    "WRITER_LANE",
                    "backfill",
                    "WRITER_MODE",
                    "newest-wins",
                    "WRITER_HTTP_PORT",
                    "0");
            try (ServiceProcess writer = fixture.writer(settings)) {
                await().atMost(SOON).until(() -> number(fixture, "newer") == 2 && number(fixture, "older") == 2);

                assertThat(fixture.sidetrack(0, "replay", "--from", "-1d", "--backfill", "restore"))
                        .contains("replayed 3 of 3 records of orders to orders-backfill");

                await().atMost(SOON).untilAsserted(() -> assertThat(
                                fixture.topics.lag("sidetrack-writer-orders-backfill~orders", "orders-backfill"))
                        .isZero());
                writer.terminate();
                assertThat(writer.exitCode(SOON)).isZero();
            }
            assertThat(number(fixture, "newer")).as("of the item that is newer").isEqualTo(2);
            assertThat(number(fixture, "older"))
                    .as("of the item that was older")
                    .isEqualTo(1);
            assertThat(number(fixture, "missing"))
                    .as("of the item that was missing")
                    .isEqualTo(1);
            assertThat(fixture.topics.read("orders-backfill-dead-letters")).isEmpty();
        }
    }
}
