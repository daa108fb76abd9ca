package io.sidetrack.writer.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.log.Printable;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.settings.SettingsTable;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.mapping.settings.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which settings are valid, what follows from them, and the messages about invalid ones. */
class WriterSettingsTest {
    private static Map<String, String> with(String name, String value) {
        Map<String, String> environment = new HashMap<>(Map.of("WRITER_TOPIC", "lane", "WRITER_TABLE", "table"));
        environment.put(name, value);
        return environment;
    }

    @Test
    void onlyTopicAndTableAreRequired() {
        WriterSettings settings = WriterSettings.read(with("WRITER_HTTP_PORT", ""));
        assertThat(settings.deadLetterTopic()).isEqualTo("lane-dead-letters");
        assertThat(settings.parkedTopic()).isEqualTo("lane-parked");
        assertThat(settings.backfillHeader()).isEqualTo("x-backfill");
        assertThat(settings.applicationId()).isEqualTo("sidetrack-writer-lane~table");
        assertThat(settings.formerGroup()).contains("sidetrack-writer-lane");
        assertThat(settings.batchSize()).isEqualTo(25);
        assertThat(settings.flushInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.http().port()).isEqualTo(8080);
    }

    @ParameterizedTest
    @CsvSource({
        "WRITER_BATCH_SIZE, 0",
        "WRITER_BATCH_SIZE, 26",
        "WRITER_BATCH_SIZE, -1",
        "WRITER_BATCH_SIZE, abc",
        "WRITER_BATCH_SIZE, 2.5",
        "WRITER_FLUSH_INTERVAL_MS, 0",
        "WRITER_MAX_IN_FLIGHT, 0",
        "WRITER_BUFFER_BYTES, 1",
        "WRITER_KEY_SOURCE, header",
        "WRITER_KAFKA_KEY_FORMAT, avro",
        "WRITER_HTTP_PORT, 65536",
        "WRITER_REQUEST_TIMEOUT_MS, 1",
        "WRITER_SHUTDOWN_TIMEOUT_MS, 99999999999"
    })
    void invalidValueIsReportedInOneLineWithTheValidRange(String name, String value) {
        assertThatThrownBy(() -> WriterSettings.read(with(name, value)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(name + "=" + value + ": not valid. Set it (")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WRITER_TOPIC", "WRITER_TABLE"})
    void missingRequiredSettingIsReported(String name) {
        assertThatThrownBy(() -> WriterSettings.read(with(name, " ")))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(name + ": not set. Set it ");
    }

    @ParameterizedTest
    @CsvSource({"lane, its own parked records", "lane-dead-letters, the topic for dead letters"})
    void parkedTopicMustBeATopicOfItsOwn(String parked, String problem) {
        assertThatThrownBy(() -> WriterSettings.read(with("WRITER_PARKED_TOPIC", parked)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("WRITER_PARKED_TOPIC=" + parked)
                .hasMessageContaining(problem);
    }

    /** Records that the writer sends must not come back to it, or mix with others. */
    @ParameterizedTest
    @CsvSource({
        "WRITER_STATUS_TOPIC, lane, its own counts",
        "WRITER_STATUS_TOPIC, lane-dead-letters, the topic for dead letters",
        "WRITER_STATUS_TOPIC, lane-parked, the topic for parked records",
        "WRITER_PARKED_TOPIC, sidetrack-control, the control topic",
    })
    void topicThatIsWrittenIsUsedForOnePurposeOnly(String setting, String topic, String problem) {
        assertThatThrownBy(() -> WriterSettings.read(with(setting, topic)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(setting + "=" + topic)
                .hasMessageContaining(problem);
    }

    @Test
    void deadLetterTopicMustNotBeTheLane() {
        assertThatThrownBy(() -> WriterSettings.read(with("WRITER_DEAD_LETTER_TOPIC", "lane")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("it would read its own dead letters");
    }

    @Test
    void topicThatIsNamedAsABackfillLaneCausesAWarningUnlessItIsOne() {
        assertThat(WriterSettings.read(with("WRITER_TOPIC", "lane")).laneDoubt())
                .isEmpty();
        assertThat(WriterSettings.read(with("WRITER_TOPIC", "orders-backfill")).laneDoubt())
                .hasValueSatisfying(warning -> assertThat(warning).endsWith("set WRITER_LANE=backfill"));
        Map<String, String> backfill = new HashMap<>(with("WRITER_TOPIC", "orders-backfill"));
        backfill.put("WRITER_LANE", "backfill");
        assertThat(WriterSettings.read(backfill).laneDoubt()).isEmpty();
    }

    @Test
    void unknownSettingIsReported() {
        assertThat(WriterSettings.read(with("WRITER_BATCHSIZE", "5")).unknown()).containsExactly("WRITER_BATCHSIZE");
    }

    @ParameterizedTest
    @CsvSource({
        "overwrite, WRITER_VERSION, updatedAt, WRITER_VERSION=updatedAt: neither",
        "overwrite, WRITER_VERSION_ATTRIBUTE, a b, WRITER_VERSION_ATTRIBUTE=a b: not a name of",
        "keep-existing, WRITER_TOMBSTONE_TTL, 60, WRITER_TOMBSTONE_TTL=60: a writer that keeps existing items",
        "newest-wins, WRITER_TOMBSTONE_TTL_ATTRIBUTE, sidetrack_version, WRITER_TOMBSTONE_TTL_ATTRIBUTE=sidetrack_version",
        "newest-wins, WRITER_LANE, fast, WRITER_LANE=fast: not valid",
        "newest-wins, WRITER_MODE, last, WRITER_MODE=last: not valid",
    })
    void contradictoryGuardSettingsAreReported(String mode, String name, String value, String message) {
        Map<String, String> environment = new HashMap<>(with("WRITER_MODE", mode));
        environment.put(name, value);
        assertThatThrownBy(() -> WriterSettings.read(environment))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void newestWinsNeedsNoOtherSetting() {
        GuardSettings guard =
                WriterSettings.read(with("WRITER_MODE", "newest-wins")).guard();
        assertThat(guard.versionAttribute()).contains("sidetrack_version");
        assertThat(guard.marker()).contains(new VersionStamp.Marker(Duration.ofDays(30), "sidetrack_expires"));
        GuardSettings overwrite =
                WriterSettings.read(with("WRITER_TOPIC", "lane")).guard();
        assertThat(overwrite.versionAttribute()).isEmpty();
        assertThat(overwrite.marker()).isEmpty();
    }

    @Test
    void overwritingWriterLeavesMarkersIfATombstoneTtlIsSet() {
        GuardSettings guard =
                WriterSettings.read(with("WRITER_TOMBSTONE_TTL", "60")).guard();
        assertThat(guard.mode()).isEqualTo(WriteMode.OVERWRITE);
        assertThat(guard.versionAttribute()).contains("sidetrack_version");
        assertThat(guard.marker()).contains(new VersionStamp.Marker(Duration.ofSeconds(60), "sidetrack_expires"));
    }

    @Test
    void onlyKeepExistingHasARiskToReport() {
        assertThat(WriterSettings.read(with("WRITER_MODE", "keep-existing"))
                        .guard()
                        .risk())
                .hasValueSatisfying(line ->
                        assertThat(line).contains("WRITER_TOMBSTONE_TTL").hasLineCount(1));
        for (String mode : List.of("overwrite", "newest-wins")) {
            assertThat(WriterSettings.read(with("WRITER_MODE", mode)).guard().risk())
                    .isEmpty();
        }
    }

    @Test
    void configuredGroupHasNoFormerGroup() {
        WriterSettings settings = WriterSettings.read(with("WRITER_APPLICATION_ID", "sidetrack-writer-lane~table"));
        assertThat(settings.applicationId()).isEqualTo("sidetrack-writer-lane~table");
        assertThat(settings.formerGroup()).isEmpty();
    }

    @Test
    void userInfoInAnySettingIsMasked() {
        int planted = 0;
        for (String name : WriterSettings.definition().names()) {
            for (String url : List.of("http://user:planted-%s@host", "http//user:planted-%s@host")) {
                Map<String, String> environment =
                        new HashMap<>(Map.of("WRITER_TOPIC", "lane", "WRITER_TABLE", "table"));
                environment.put(name, url.formatted(name.hashCode()));
                Secrets.remember(environment);
                String outcome;
                try {
                    outcome = "would be printed: " + WriterSettings.read(environment);
                } catch (StartupException e) {
                    outcome = e.getMessage();
                }
                planted += outcome.contains("planted-") ? 1 : 0;
                assertThat(Printable.text(outcome)).doesNotContain("planted-");
            }
        }
        assertThat(planted).as("what would be printed without a filter").isGreaterThan(20);
    }

    @Test
    void documentationHasTheCurrentTableOfSettings() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "settings.md")))
                .contains(SettingsTable.markdown(WriterSettings.definition()));
    }
}
