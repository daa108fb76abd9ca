package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.writer.WriterFixture.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The writer and its plain Kafka clients, in both group protocols, and with invalid records in the control topic. */
class ControlIT {
    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static List<ProducerRecord<byte[], byte[]>> puts(String lane, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ProducerRecord<>(
                    lane, ("k" + i).getBytes(UTF_8), ("{\"id\":\"k" + i + "\",\"n\":1}").getBytes(UTF_8)));
        }
        return records;
    }

    private static void control(String topic, String lane, String value) {
        fixture.topics.send(List.of(new ProducerRecord<>(
                topic, ("writer/" + DefaultNames.writerGroup(lane, lane)).getBytes(UTF_8), value.getBytes(UTF_8))));
    }

    @ParameterizedTest
    @CsvSource({"classic, live", "classic, backfill", "streams, live", "streams, backfill"})
    void startsWritesAndStopsCleanly(String protocol, String laneKind) {
        String lane = protocol + "-" + laneKind;
        fixture.lane(lane, 3);
        fixture.topics.createLane(lane + "-control", 1);
        fixture.topics.send(puts(lane, 500));
        fixture.topics.send(List.of(new ProducerRecord<>(lane, "bad".getBytes(UTF_8), "{".getBytes(UTF_8))));
        Map<String, String> settings = Map.of(
                "KAFKA_GROUP_PROTOCOL",
                protocol,
                "KAFKA_CONSUMER_MAX_POLL_RECORDS",
                "100",
                "WRITER_LANE",
                laneKind,
                "WRITER_CONTROL_TOPIC",
                lane + "-control");
        try (Writer writer = fixture.writer(lane, settings)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.metric("sidetrack_writer_records_total"))
                            .isEqualTo(501));
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.topics.read(lane + "-dead-letters"))
                            .hasSize(1));
            if (laneKind.equals("backfill")) {
                control(lane + "-control", lane, "{\"paused\":true,\"writeUnits\":0,\"setAtMs\":1}");
                await().atMost(WriterFixture.SOON)
                        .untilAsserted(() -> assertThat(writer.metric("sidetrack_writer_paused"))
                                .isEqualTo(1));
            }
            writer.process().terminate();
            assertThat(writer.process().exitCode(WriterFixture.SOON))
                    .as(() -> writer.process().output())
                    .isZero();
            assertThat(writer.process().output())
                    .contains("with all work committed")
                    .doesNotContain(" ERROR ");
        }
        assertThat(fixture.table(lane)).hasSize(500);
        assertThat(fixture.topics.lag(DefaultNames.writerGroup(lane, lane), lane))
                .isZero();
    }

    @Test
    void invalidControlRecordIsSkippedAndTheNextValidOneIsApplied() {
        fixture.lane("noise", 1);
        fixture.topics.createLane("noise-control", 1);
        control("noise-control", "noise", "{\"paused\":true,\"writeUnits\":7,\"setAtMs\":1}");
        control("noise-control", "noise", "not JSON");
        fixture.topics.send(puts("noise", 10));
        try (Writer writer = fixture.writer(
                "noise",
                Map.of(
                        "WRITER_LANE", "backfill",
                        "WRITER_CONTROL_TOPIC", "noise-control",
                        "WRITER_MAX_WRITE_UNITS", "300"))) {
            assertThat(writer.metric("sidetrack_writer_paused"))
                    .as("the last valid record is applied")
                    .isEqualTo(1);
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.metric("sidetrack_writer_write_unit_limit"))
                            .isEqualTo(7));
            assertThat(writer.process().output())
                    .contains("control topic noise-control has cleanup.policy=delete and retention.ms=")
                    .contains("control topic noise-control, partition 0, offset 1: not a valid record for writer/");
            for (String invalid : List.of("null", "[]", "{\"paused\":false,\"writeUnits\":-1,\"setAtMs\":1}")) {
                control("noise-control", "noise", invalid);
            }
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(writer.process().output())
                            .contains("control topic noise-control, partition 0, offset 4: not a valid record"));
            control("noise-control", "noise", "{\"paused\":false,\"writeUnits\":100000,\"setAtMs\":2}");
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table("noise")).hasSize(10));
            assertThat(writer.metric("sidetrack_writer_write_unit_limit"))
                    .as("not above the writer's own limit")
                    .isLessThanOrEqualTo(300);
        }
    }
}
