package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** A record that the writer could only send as a reduced dead letter is replayed whole. */
class DeadLetterReplayIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LANE = "orders-live";
    private static final String LETTERS = LANE + "-dead-letters";

    private SandboxBroker broker;

    @Test
    void reducedLetterOfTheWriterIsReplayedWhole() {
        try (SandboxBroker started = SandboxBroker.start();
                SandboxTopics topics = new SandboxTopics(started.bootstrapServers());
                DynamoDbLocal dynamo = DynamoDbLocal.start();
                SandboxTables tables = new SandboxTables(dynamo.endpoint())) {
            broker = started;
            topics.createLane(LANE, 1);
            topics.create(LETTERS, 1, Map.of("max.message.bytes", "10000", "message.timestamp.type", "LogAppendTime"));
            tables.create("orders", "id");
            // Compression does not make this small enough for the dead-letter topic.
            byte[] random = new byte[250_000];
            new Random(1).nextBytes(random);
            byte[] value = ("{\"id\":7,\"x\":\"" + HexFormat.of().formatHex(random) + "\"}").getBytes(UTF_8);
            ProducerRecord<byte[], byte[]> bad = new ProducerRecord<>(LANE, 0, "k".getBytes(UTF_8), value);
            bad.headers().add("h", new byte[20_000]).add("h", null);
            topics.send(List.of(bad, new ProducerRecord<>(LANE, 0, null, "{\"id\":\"n\"}".getBytes(UTF_8))));
            try (ServiceProcess writer = writer(dynamo.endpoint())) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(topics.lag("sidetrack-writer-" + LANE + "~orders", LANE))
                                .isZero());
                writer.terminate();
                assertThat(writer.exitCode(SOON)).isZero();
            }
            assertThat(tables.scan("orders")).hasSize(1);
            assertThat(topics.read(LETTERS)).singleElement().satisfies(letter -> assertThat(letter.value())
                    .isEqualTo(Arrays.copyOf(value, 1024)));
            assertThat(sidetrack("show", "0:0"))
                    .contains("reduced   value,headers")
                    .contains("had value 500,015 bytes");

            assertThat(sidetrack("replay")).contains("replayed 1 to " + LANE);

            List<ConsumerRecord<byte[], byte[]>> lane = topics.read(LANE);
            assertThat(lane).hasSize(3);
            assertThat(lane.get(2).key()).isEqualTo(bad.key());
            assertThat(lane.get(2).value()).isEqualTo(value);
            assertThat(Arrays.stream(lane.get(2).headers().toArray()).map(Header::key))
                    .containsExactly("h", "h", "sidetrack-timestamp", "sidetrack-attempt");
        }
    }

    private Map<String, String> environment() {
        return new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()));
    }

    private ServiceProcess writer(URI dynamo) {
        Map<String, String> environment = environment();
        environment.putAll(SandboxTables.environment(dynamo));
        environment.put("WRITER_TOPIC", LANE);
        environment.put("WRITER_TABLE", "orders");
        environment.put("WRITER_HTTP_PORT", "0");
        environment.put("WRITER_MAX_REJECTED_PERCENT", "100");
        environment.put("KAFKA_COMMIT_INTERVAL_MS", "500");
        return ServiceProcess.start(Jars.ofThisCheckout().writer(), List.of(), environment);
    }

    private String sidetrack(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("dead-letters", command));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--topic", LETTERS));
        try (ServiceProcess process = ServiceProcess.start(Jars.ofThisCheckout().ops(), all, environment())) {
            assertThat(process.exitCode(SOON))
                    .as(() -> all + "\n" + process.output() + process.errors())
                    .isZero();
            return process.output();
        }
    }
}
