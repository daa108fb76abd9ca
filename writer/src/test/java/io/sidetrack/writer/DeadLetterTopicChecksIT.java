package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The writer refuses a dead-letter topic that would lose dead letters, and warns of one that may reject some. */
class DeadLetterTopicChecksIT {
    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
        fixture.lane("checked", 1);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "young     | message.timestamp.type=CreateTime    | has message.timestamp.type=CreateTime and",
                "compacted | cleanup.policy=compact               | has cleanup.policy=compact",
                "both      | cleanup.policy=[compact,delete]      | has cleanup.policy=",
            })
    void topicThatWouldLoseDeadLettersIsRefused(String topic, String config, String line) {
        String[] pair = config.replaceAll("[\\[\\]]", "").split("=", 2);
        fixture.topics.create(
                topic,
                1,
                pair[0].equals("cleanup.policy")
                        ? Map.of("message.timestamp.type", "LogAppendTime", pair[0], pair[1])
                        : Map.of("retention.ms", "604800000", pair[0], pair[1]));
        try (ServiceProcess refused = fixture.refused("checked", Map.of("WRITER_DEAD_LETTER_TOPIC", topic))) {
            assertThat(refused.exitCode(WriterFixture.SOON)).as(refused::output).isEqualTo(2);
            assertThat(refused.errors().strip())
                    .startsWith("sidetrack-writer: WRITER_DEAD_LETTER_TOPIC=" + topic + ": " + line)
                    .contains("`sidetrack provision`")
                    .hasLineCount(1)
                    .endsWith(".");
        }
    }

    /** Brokers from 3.7 on require no more in-sync replicas than there are replicas (KAFKA-15583), so such a topic works. */
    @Test
    void topicThatMayRejectDeadLettersIsUsedWithAWarning() {
        fixture.lane("tight", 1);
        fixture.topics.create(
                "tight-letters",
                1,
                Map.of(
                        "message.timestamp.type",
                        "LogAppendTime",
                        "max.message.bytes",
                        "1048588",
                        "min.insync.replicas",
                        "2"));
        try (Writer writer = fixture.writer("tight", Map.of("WRITER_DEAD_LETTER_TOPIC", "tight-letters"))) {
            fixture.topics.send(
                    List.of(new ProducerRecord<>("tight", "k".getBytes(UTF_8), "not json".getBytes(UTF_8))));
            await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("tight-letters"))
                    .hasSize(1));
            assertThat(writer.process().output().lines().filter(line -> line.contains(" WARN ")))
                    .anyMatch(line -> line.contains("tight-letters has max.message.bytes=1048588"))
                    .anyMatch(line -> line.contains("tight-letters has min.insync.replicas=2"));
        }
    }

    @Test
    void topicThatProvisionCreatesCausesNoWarning() {
        fixture.lane("roomy", 1);
        fixture.topics.create(
                "roomy-letters", 1, Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "1114124"));
        try (Writer writer = fixture.writer("roomy", Map.of("WRITER_DEAD_LETTER_TOPIC", "roomy-letters"))) {
            assertThat(writer.process().output()).contains("dead letters to roomy-letters");
            assertThat(writer.process().output()).doesNotContain("roomy-letters has");
        }
    }
}
