package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A verification of many records, with a heap that does not depend on their number. {@code -Dverify.records} sets the number; the
 * table is filled directly, because the speed of the writer is not the subject.
 */
@Tag("long")
class VerifyScaleIT {
    private static final int RECORDS = Integer.getInteger("verify.records", 100_000);
    private static final int HEAP_MB = 128;
    private static final int SENT_AT_ONCE = 10_000;
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static String id(int i) {
        return "order-%08d".formatted(i);
    }

    private static String padding(int i) {
        return "%0100d".formatted(i);
    }

    private static ProducerRecord<byte[], byte[]> record(int i) {
        String json = "{\"id\":\"%s\",\"n\":%d,\"text\":\"%s\"}".formatted(id(i), i, padding(i));
        return new ProducerRecord<>("lane", null, id(i).getBytes(UTF_8), json.getBytes(UTF_8));
    }

    private static Map<String, AttributeValue> item(int i) {
        return Map.of(
                "id", AttributeValue.fromS(id(i)),
                "n", AttributeValue.fromN(Integer.toString(i)),
                "text", AttributeValue.fromS(padding(i)));
    }

    @Test
    void heapDoesNotGrowWithTheNumberOfKeys() {
        try (SandboxBroker broker = SandboxBroker.start();
                DynamoDbLocal dynamo = DynamoDbLocal.start();
                SandboxTopics topics = new SandboxTopics(broker.bootstrapServers());
                SandboxTables tables = new SandboxTables(dynamo.endpoint())) {
            topics.createLane("lane", 12);
            tables.create("orders", "id");
            for (int start = 0; start < RECORDS; start += SENT_AT_ONCE) {
                topics.send(IntStream.range(start, Math.min(RECORDS, start + SENT_AT_ONCE))
                        .mapToObj(VerifyScaleIT::record)
                        .toList());
            }
            IntStream.range(0, (RECORDS + 24) / 25)
                    .parallel()
                    .forEach(batch -> tables.putAll(
                            "orders",
                            IntStream.range(batch * 25, Math.min(RECORDS, batch * 25 + 25))
                                    .mapToObj(VerifyScaleIT::item)
                                    .toList()));
            Map<String, String> environment = new HashMap<>(SandboxTables.environment(dynamo.endpoint()));
            environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
            List<String> arguments = List.of("verify", "--topic", "lane", "--table", "orders", "--ignore-group");
            try (ServiceProcess verify =
                    ServiceProcess.start(Jars.ofThisCheckout().ops(), HEAP_MB, arguments, environment)) {
                assertThat(verify.exitCode(LIMIT)).as(verify::errors).isZero();
                System.out.print(verify.output());
                assertThat(verify.output()).contains("equal: %,d".formatted(RECORDS), "clean: ");
            }
        }
    }
}
