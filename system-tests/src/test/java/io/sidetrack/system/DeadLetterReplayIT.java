package io.sidetrack.system;

import static io.sidetrack.system.SidetrackFixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.ServiceProcess;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** A record whose dead letter had to be reduced is replayed in full. */
class DeadLetterReplayIT {
    private static final String LANE = "orders-live";
    private static final String DEAD_LETTERS = LANE + "-dead-letters";

    @Test
    void reducedDeadLetterIsReplayedInFull() {
        try (SidetrackFixture fixture = new SidetrackFixture()) {
            fixture.topics.createLane(LANE, 1);
            fixture.topics.create(
                    DEAD_LETTERS, 1, Map.of("max.message.bytes", "10000", "message.timestamp.type", "LogAppendTime"));
            fixture.tables.create("orders", "id");
            byte[] value = incompressible();
            ProducerRecord<byte[], byte[]> bad = new ProducerRecord<>(LANE, 0, "k".getBytes(UTF_8), value);
            bad.headers().add("h", new byte[20_000]).add("h", null);
            fixture.topics.send(List.of(bad, new ProducerRecord<>(LANE, 0, null, "{\"id\":\"n\"}".getBytes(UTF_8))));
            Map<String, String> settings =
                    Map.of("WRITER_TOPIC", LANE, "WRITER_HTTP_PORT", "0", "WRITER_MAX_REJECTED_PERCENT", "100");
            try (ServiceProcess writer = fixture.writer(settings)) {
                await().atMost(SOON).untilAsserted(() -> assertThat(
                                fixture.topics.lag("sidetrack-writer-" + LANE + "~orders", LANE))
                        .isZero());
                writer.terminate();
                assertThat(writer.exitCode(SOON)).isZero();
            }
            assertThat(fixture.tables.scan("orders")).hasSize(1);
            assertThat(fixture.topics.read(DEAD_LETTERS))
                    .singleElement()
                    .satisfies(deadLetter -> assertThat(deadLetter.value()).isEqualTo(Arrays.copyOf(value, 1024)));
            assertThat(fixture.sidetrack(0, "dead-letters", "show", "0:0", "--topic", DEAD_LETTERS))
                    .contains("reduced   value,headers")
                    .contains("value was 500,015 bytes");

            assertThat(fixture.sidetrack(0, "dead-letters", "replay", "--topic", DEAD_LETTERS))
                    .contains("replayed 1 to " + LANE);

            List<ConsumerRecord<byte[], byte[]>> records = fixture.topics.read(LANE);
            assertThat(records).hasSize(3);
            assertThat(records.get(2).key()).isEqualTo(bad.key());
            assertThat(records.get(2).value()).isEqualTo(value);
            assertThat(Arrays.stream(records.get(2).headers().toArray()).map(Header::key))
                    .containsExactly("h", "h", "sidetrack-timestamp", "sidetrack-attempt");
        }
    }

    /** A value of 500,015 bytes that is too large for the dead-letter topic even when compressed, and has a wrong key. */
    private static byte[] incompressible() {
        byte[] random = new byte[250_000];
        new Random(1).nextBytes(random);
        return ("{\"id\":7,\"x\":\"" + HexFormat.of().formatHex(random) + "\"}").getBytes(UTF_8);
    }
}
