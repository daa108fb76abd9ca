package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Without {@code WRITER_APPLICATION_ID}, each pair of lane and table has its own group, and an upgrade reads nothing again. */
class DefaultGroupIT {
    /** A writer that is killed leaves its group at the end of its session; the next one of the test waits for that. */
    private static final Map<String, String> COMMIT_SOON =
            Map.of("KAFKA_COMMIT_INTERVAL_MS", "300", "KAFKA_SESSION_TIMEOUT_MS", "6000");

    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void twoTablesOfOneLaneBothReceiveEveryRecord() {
        fixture.lane("fan", 4);
        fixture.tables.create("fan-copy", "id");
        try (Writer one = fixture.writer("fan", COMMIT_SOON);
                Writer other = fixture.writer("fan", with(COMMIT_SOON, "WRITER_TABLE", "fan-copy"))) {
            send("fan", 0, 200);
            await().atMost(WriterFixture.SOON).untilAsserted(() -> {
                assertThat(fixture.table("fan")).hasSize(200);
                assertThat(fixture.table("fan-copy")).hasSize(200);
            });
        }
    }

    @Test
    void writerRefusesToStartIfOnlyTheFormerGroupHasOffsetsAndNamesBothRemedies() throws Exception {
        fixture.lane("former", 3);
        send("former", 0, 100);
        commitEverything("sidetrack-writer-former", "former");

        assertRefused("former", Map.of());
        assertThat(fixture.topics.committed("sidetrack-writer-former~former"))
                .as("a writer that refuses to start commits nothing")
                .isEmpty();

        try (Writer same =
                fixture.writer("former", with(COMMIT_SOON, "WRITER_APPLICATION_ID", "sidetrack-writer-former"))) {
            assertReadsOnlyWhatIsNew(same, "former", "sidetrack-writer-former", 100);
        }
        assertRefused("former", Map.of());
    }

    @Test
    void writerWithCopiedOffsetsReadsNothingAgain() throws Exception {
        fixture.lane("copied", 3);
        send("copied", 0, 100);
        commitEverything("sidetrack-writer-copied", "copied");
        commitEverything("sidetrack-writer-copied~copied", "copied");

        try (Writer writer = fixture.writer("copied", COMMIT_SOON)) {
            assertReadsOnlyWhatIsNew(writer, "copied", "sidetrack-writer-copied~copied", 100);
        }
        try (Writer again = fixture.writer("copied", COMMIT_SOON)) {
            assertReadsOnlyWhatIsNew(again, "copied", "sidetrack-writer-copied~copied", 101);
        }
    }

    @Test
    void formerGroupThatHasReadOnlyAnotherTopicDoesNotPreventTheStart() throws Exception {
        fixture.lane("fresh", 1);
        fixture.topics.createLane("elsewhere", 1);
        send("elsewhere", 0, 1);
        commitEverything("sidetrack-writer-fresh", "elsewhere");
        send("fresh", 0, 10);
        try (Writer writer = fixture.writer("fresh", COMMIT_SOON)) {
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.topics.lag("sidetrack-writer-fresh~fresh", "fresh"))
                            .isZero());
            assertThat(fixture.table("fresh")).hasSize(10);
        }
    }

    private static void assertRefused(String lane, Map<String, String> settings) {
        try (ServiceProcess refused = fixture.refused(lane, settings)) {
            assertThat(refused.exitCode(WriterFixture.SOON)).as(refused::output).isEqualTo(2);
            String former = "sidetrack-writer-" + lane;
            assertThat(refused.errors().strip())
                    .startsWith("sidetrack-writer: WRITER_APPLICATION_ID: ")
                    .contains(" WRITER_APPLICATION_ID=" + former + " ")
                    .contains("`sidetrack copy-offsets --topic " + lane + " --from " + former + " --to " + former + "~"
                            + lane + "`")
                    .hasLineCount(1)
                    .endsWith(".");
        }
    }

    private static void assertReadsOnlyWhatIsNew(Writer writer, String lane, String group, int next) {
        send(lane, next, 1);
        await().atMost(WriterFixture.SOON)
                .untilAsserted(() -> assertThat(fixture.topics.lag(group, lane)).isZero());
        assertThat(writer.metric("sidetrack_writer_records_total")).isEqualTo(1);
        assertThat(fixture.table(lane)).containsKey("k" + next);
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }

    private static void send(String lane, int from, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            String key = "k" + i;
            records.add(new ProducerRecord<>(
                    lane, key.getBytes(UTF_8), ("{\"id\":\"" + key + "\",\"n\":" + i + "}").getBytes(UTF_8)));
        }
        fixture.topics.send(records);
    }

    private static void commitEverything(String group, String topic) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        fixture.topics.ends(topic).forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end)));
        fixture.topics.admin().alterConsumerGroupOffsets(group, ends).all().get();
    }
}
