package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.writer.WriterFixture.Writer;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A broker closes the connection on a request above its limit, which the producer sees only as a timeout. */
class OversizedRequestIT {
    @Test
    void deliversReducedDeadLetterIfTheBrokerDropsTheRequestWithTheWholeOne() throws Exception {
        try (WriterFixture fixture = new WriterFixture(Map.of("socket.request.max.bytes", "1200000"))) {
            Map<String, String> limit =
                    Map.of("max.message.bytes", "3000000", "message.timestamp.type", "LogAppendTime");
            fixture.topics.create("lane", 1, limit);
            fixture.topics.create("lane-dead-letters", 1, limit);
            fixture.tables.create("lane", "id");
            byte[] random = new byte[1_000_000];
            new Random(1).nextBytes(random);
            // 1.0 MB with zstd, 1.3 MB with lz4.
            byte[] value = Base64.getEncoder().encode(random);
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers",
                            fixture.bootstrapServers,
                            "compression.type",
                            "zstd",
                            "max.request.size",
                            3_000_000),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>("lane", value)).get();
                producer.send(new ProducerRecord<>("lane", "{\"id\":\"n\",\"n\":1}".getBytes(UTF_8)))
                        .get();
            }
            Map<String, String> impatient = Map.of(
                    "WRITER_MAX_REJECTED_PERCENT", "100",
                    "KAFKA_REQUEST_TIMEOUT_MS", "3000",
                    "KAFKA_DELIVERY_TIMEOUT_MS", "6000");
            try (Writer writer = fixture.writer("lane", impatient)) {
                await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(
                                fixture.topics.lag(DefaultNames.writerGroup("lane", "lane"), "lane"))
                        .as(() -> writer.process().output())
                        .isZero());
            }
            assertThat(fixture.topics.read("lane-dead-letters"))
                    .singleElement()
                    .satisfies(deadLetter -> assertThat(deadLetter.value()).hasSize(1024));
            assertThat(fixture.table("lane")).hasSize(1);
        }
    }
}
