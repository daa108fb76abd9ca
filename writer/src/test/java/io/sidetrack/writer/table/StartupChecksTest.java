package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** The tables that a writer refuses, and those it warns of. */
class StartupChecksTest {
    @Test
    void replicasCauseAWarningAboutWhatIsNotPromised() {
        TableDescription.Builder table = TableDescription.builder();
        assertThat(StartupChecks.replicas("t", table.build())).isEmpty();
        table.replicas(ReplicaDescription.builder().regionName("eu-west-1").build());
        assertThat(StartupChecks.replicas("t", table.build()).orElseThrow())
                .startsWith(
                        "table t: it has replicas (eu-west-1), and conditions are evaluated in the writer's region only");
        table.multiRegionConsistency(MultiRegionConsistency.STRONG);
        assertThat(StartupChecks.replicas("t", table.build()).orElseThrow())
                .contains("markers of deleted items remain forever");
    }

    private static final TableSchema SCHEMA =
            new TableSchema("t", new KeyAttribute("id", KeyType.N, 2048), Optional.empty());
    private static final Optional<VersionStamp.Marker> MARKER =
            Optional.of(new VersionStamp.Marker(Duration.ofDays(30), "expires"));

    @ParameterizedTest
    @EnumSource(TableStatus.class)
    void everyTableStatusIsAcceptedOrCausesOneLineWithTheRemedy(TableStatus status) {
        switch (status) {
            case ACTIVE, UPDATING ->
                assertThat(StartupChecks.status("t", status, "S")).isEmpty();
            case REPLICATION_NOT_AUTHORIZED, UNKNOWN_TO_SDK_VERSION ->
                assertThat(StartupChecks.status("t", status, "S").orElseThrow()).startsWith("table t: ");
            case CREATING, DELETING, ARCHIVING, ARCHIVED, INACCESSIBLE_ENCRYPTION_CREDENTIALS ->
                assertThatThrownBy(() -> StartupChecks.status("t", status, "S"))
                        .isInstanceOf(StartupException.class)
                        .hasMessageStartingWith("WRITER_TABLE=t: ")
                        .hasMessageEndingWith(".")
                        .message()
                        .hasLineCount(1);
        }
    }

    private static Optional<String> check(
            TimeToLiveStatus status, String attribute, Optional<VersionStamp.Marker> marker) {
        return StartupChecks.timeToLive(
                SCHEMA, "version", marker, new StartupChecks.TimeToLive(status, Optional.ofNullable(attribute)));
    }

    @ParameterizedTest
    @EnumSource(TimeToLiveStatus.class)
    void markersNeedTimeToLiveOnTheirAttribute(TimeToLiveStatus status) {
        Optional<String> warning = check(status, "expires", MARKER);
        switch (status) {
            case ENABLED, ENABLING -> assertThat(warning).isEmpty();
            case DISABLED, DISABLING ->
                assertThat(warning)
                        .contains(
                                "table t: the markers of deleted items stay forever, because time to live is disabled."
                                        + " Enable it on expires");
            case UNKNOWN_TO_SDK_VERSION -> assertThat(warning.orElseThrow()).contains("unknown");
        }
        assertThat(check(status, "expires", Optional.empty())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DISABLED, , 'is disabled. Enable it on expires'",
        "ENABLED, other, 'is enabled on other. Enable it on expires, or set WRITER_TOMBSTONE_TTL_ATTRIBUTE=other'",
        "ENABLED, id, 'is enabled on id. Enable it on expires'"
    })
    void warningNamesTheAttributeFoundAndTheRemedy(TimeToLiveStatus status, String attribute, String message) {
        assertThat(check(status, attribute, MARKER).orElseThrow()).endsWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "version_tie"})
    void timeToLiveOnTheVersionIsRefused(String attribute) {
        for (Optional<VersionStamp.Marker> marker : List.of(MARKER, Optional.<VersionStamp.Marker>empty())) {
            assertThatThrownBy(() -> check(TimeToLiveStatus.ENABLED, attribute, marker))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("WRITER_VERSION_ATTRIBUTE=version: " + attribute)
                    .message()
                    .hasLineCount(1);
        }
        assertThat(check(TimeToLiveStatus.DISABLED, attribute, Optional.empty()))
                .isEmpty();
    }

    @Test
    void missingPermissionIsReported() {
        assertThat(StartupChecks.uncheckedTimeToLive("t", "AccessDeniedException"))
                .endsWith("allow dynamodb:DescribeTimeToLive on it");
        assertThat(StartupChecks.uncheckedTimeToLive("t", "InternalServerError"))
                .contains("(InternalServerError)")
                .doesNotContain("allow");
    }
}
