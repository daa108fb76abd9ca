package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** An operator's words, and what running writers of a backfill make of them. */
class SteeringIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LANE = "orders-backfill";
    private static final String GROUP = "sidetrack-writer-orders-backfill~orders";

    private SandboxBroker broker;

    @Test
    void backfillIsSlowedPausedRestartedAndResumed() {
        try (SandboxBroker started = SandboxBroker.start();
                SandboxTopics topics = new SandboxTopics(started.bootstrapServers());
                DynamoDbLocal dynamo = DynamoDbLocal.start();
                SandboxTables tables = new SandboxTables(dynamo.endpoint())) {
            broker = started;
            for (String topic : List.of("orders", "orders-live", LANE, LANE + "-dead-letters")) {
                topics.createLane(topic, 3);
            }
            tables.create("orders", "id");
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                records.add(new ProducerRecord<>(
                        LANE, ("k" + i).getBytes(UTF_8), ("{\"id\":\"k" + i + "\"}").getBytes(UTF_8)));
            }
            topics.send(records);
            assertThat(sidetrack(0, "status")).contains("running, at their own speed");
            sidetrack(2, "speed", "fast");
            sidetrack(1, "speed", "-1");
            assertThat(sidetrack(0, "speed", "50", "--not-started"))
                    .contains("running, 50 write units/s for each instance");

            int port = FreePort.find();
            long written;
            try (ServiceProcess writer = writer(port, dynamo.endpoint())) {
                writer.awaitReady(port, SOON);
                await().atMost(SOON).until(() -> written(port) > 0);
                assertThat(metric(port, "sidetrack_writer_write_unit_limit")).isEqualTo(50);
                sidetrack(0, "pause");
                await().atMost(SOON).until(() -> metric(port, "sidetrack_writer_paused") == 1);
                // What was read is finished and committed, and nothing more is read.
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(topics.lag(GROUP, LANE)).isEqualTo(3000 - written(port)));
                written = written(port);
                assertThat(written).isBetween(1L, 2500L);
                assertThat(tables.scan("orders")).hasSize((int) written);
                assertThat(sidetrack("progress", 0, "--interval-ms", "300"))
                        .contains("backfill writers: paused, 50 write units/s for each instance");
                writer.kill();
            }
            try (ServiceProcess writer = writer(port, dynamo.endpoint())) {
                writer.awaitReady(port, SOON);
                assertThat(metric(port, "sidetrack_writer_paused")).isEqualTo(1);
                sidetrack(0, "speed", "100000");
                assertThat(sidetrack(0, "status")).contains("paused, 100,000 write units/s");
                assertThat(topics.lag(GROUP, LANE)).isEqualTo(3000 - written);
                assertThat(metric(port, "sidetrack_writer_records_total")).isZero();
                sidetrack(0, "resume");
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(topics.lag(GROUP, LANE)).isZero());
                assertThat(metric(port, "sidetrack_writer_records_total")).isEqualTo(3000.0 - written);
                writer.terminate();
                assertThat(writer.exitCode(SOON)).isZero();
            }
            assertThat(tables.scan("orders")).hasSize(3000);
        }
    }

    private static double metric(int port, String name) {
        return ServiceProcess.metrics(port).getOrDefault(name, 0.0);
    }

    private static long written(int port) {
        return (long) metric(port, "sidetrack_writer_items_total{outcome=\"written\"}");
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("ROUTER_SOURCE_TOPIC", "orders");
        environment.put("WRITER_TABLE", "orders");
        return environment;
    }

    private ServiceProcess writer(int port, URI dynamo) {
        Map<String, String> environment = environment();
        environment.putAll(SandboxTables.environment(dynamo));
        environment.put("WRITER_TOPIC", LANE);
        environment.put("WRITER_LANE", "backfill");
        environment.put("WRITER_HTTP_PORT", Integer.toString(port));
        environment.put("KAFKA_COMMIT_INTERVAL_MS", "500");
        environment.put("KAFKA_SESSION_TIMEOUT_MS", "6000");
        return ServiceProcess.start(Jars.ofThisCheckout().writer(), List.of(), environment);
    }

    private String sidetrack(int code, String... arguments) {
        return sidetrack("backfill", code, arguments);
    }

    private String sidetrack(String command, int code, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        try (ServiceProcess process = ServiceProcess.start(Jars.ofThisCheckout().ops(), all, environment())) {
            assertThat(process.exitCode(SOON))
                    .as(() -> all + "\n" + process.output() + process.errors())
                    .isEqualTo(code);
            return process.output();
        }
    }
}
