package io.sidetrack.system;

import static io.sidetrack.system.SidetrackFixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** An operator slows, pauses and resumes running writers of a backfill. */
class SteeringIT {
    private static final String LANE = "orders-backfill";
    private static final String GROUP = "sidetrack-writer-orders-backfill~orders";

    @Test
    void backfillIsSlowedPausedRestartedAndResumed() {
        try (SidetrackFixture fixture = new SidetrackFixture()) {
            for (String topic : List.of("orders", "orders-live", LANE, LANE + "-dead-letters")) {
                fixture.topics.createLane(topic, 3);
            }
            fixture.tables.create("orders", "id");
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                records.add(new ProducerRecord<>(
                        LANE, ("k" + i).getBytes(UTF_8), ("{\"id\":\"k" + i + "\"}").getBytes(UTF_8)));
            }
            long sentNanos = System.nanoTime();
            fixture.topics.send(records);
            assertThat(fixture.sidetrack(0, "backfill", "status")).contains("running, at their own speed");
            fixture.sidetrack(2, "backfill", "speed", "fast");
            fixture.sidetrack(1, "backfill", "speed", "-1");
            assertThat(fixture.sidetrack(0, "backfill", "speed", "50", "--not-started"))
                    .contains("running, 50 write units/s for the group");

            int port = FreePort.find();
            long written;
            long pausedNanos;
            try (ServiceProcess writer = writer(fixture, port)) {
                writer.awaitReady(port, SOON);
                await().atMost(SOON).until(() -> written(port) > 0);
                await().atMost(SOON).untilAsserted(() -> assertThat(metric(port, "sidetrack_writer_write_unit_limit"))
                        .isEqualTo(50));
                assertThat(fixture.sidetrack(0, "backfill", "status", "--writer-url", "http://localhost:" + port))
                        .containsPattern("write units of the group: \\d+/s used by 1 instance, limit 50/s");
                fixture.sidetrack(0, "backfill", "pause");
                await().atMost(SOON).until(() -> metric(port, "sidetrack_writer_paused") == 1);
                // Records that were read are finished and committed, and no more are read.
                await().atMost(SOON).untilAsserted(() -> assertThat(fixture.topics.lag(GROUP, LANE))
                        .isEqualTo(3000 - written(port)));
                pausedNanos = System.nanoTime();
                written = written(port);
                assertThat(written).isBetween(1L, 2500L);
                assertThat(fixture.tables.scan("orders")).hasSize((int) written);
                assertThat(fixture.sidetrack(0, "progress", "--interval-ms", "300"))
                        .contains("backfill writers: paused, 50 write units/s for the group");
                writer.kill();
            }
            try (ServiceProcess writer = writer(fixture, port)) {
                writer.awaitReady(port, SOON);
                assertThat(metric(port, "sidetrack_writer_paused")).isEqualTo(1);
                fixture.sidetrack(0, "backfill", "speed", "100000");
                assertThat(fixture.sidetrack(0, "backfill", "status")).contains("paused, 100,000 write units/s");
                assertThat(fixture.topics.lag(GROUP, LANE)).isEqualTo(3000 - written);
                assertThat(metric(port, "sidetrack_writer_records_total")).isZero();
                // The age of the oldest record is known although the writer has not read it.
                await().atMost(SOON).until(() -> metric(port, "sidetrack_writer_lag_seconds") > 0);
                assertThat(metric(port, "sidetrack_writer_lag_seconds"))
                        .isBetween((System.nanoTime() - pausedNanos) / 1e9, (System.nanoTime() - sentNanos) / 1e9 + 1);
                fixture.sidetrack(0, "backfill", "resume");
                await().atMost(SOON).untilAsserted(() -> assertThat(fixture.topics.lag(GROUP, LANE))
                        .isZero());
                assertThat(metric(port, "sidetrack_writer_records_total")).isEqualTo(3000.0 - written);
                writer.terminate();
                assertThat(writer.exitCode(SOON)).isZero();
            }
            assertThat(fixture.tables.scan("orders")).hasSize(3000);
        }
    }

    private static double metric(int port, String name) {
        return ServiceProcess.metrics(port).getOrDefault(name, 0.0);
    }

    private static long written(int port) {
        return (long) metric(port, "sidetrack_writer_items_total{outcome=\"written\"}");
    }

    private static ServiceProcess writer(SidetrackFixture fixture, int port) {
        return fixture.writer(Map.of(
                "WRITER_TOPIC",
                LANE,
                "WRITER_LANE",
                "backfill",
                "WRITER_HTTP_PORT",
                Integer.toString(port),
                "KAFKA_SESSION_TIMEOUT_MS",
                "6000"));
    }
}
