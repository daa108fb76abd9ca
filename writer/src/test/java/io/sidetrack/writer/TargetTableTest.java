package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.writer.settings.WriterSettings;
import io.sidetrack.writer.table.CallLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the write mode requires of the table and of its connections. */
class TargetTableTest {
    private static WriterSettings with(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of("WRITER_TOPIC", "lane", "WRITER_TABLE", "table"));
        environment.putAll(more);
        return WriterSettings.read(environment);
    }

    private static TableSchema tableWithKey(String name) {
        return new TableSchema("t", new KeyAttribute(name, KeyType.S, 2048), Optional.empty());
    }

    private static void stamp(GuardSettings guard, String key) {
        var unused = TargetTable.stamp(guard, tableWithKey(key), Clock.systemUTC());
    }

    @Test
    void keyAttributeCannotHoldTheVersion() {
        GuardSettings guard = with(Map.of("WRITER_VERSION_ATTRIBUTE", "id")).guard();
        assertThatThrownBy(() -> stamp(guard, "id"))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("WRITER_VERSION_ATTRIBUTE=id: this is a key attribute");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v_tie", "v_deleted"})
    void keyAttributeCannotBeOneThatBelongsToTheVersion(String key) {
        GuardSettings guard = with(Map.of("WRITER_VERSION_ATTRIBUTE", "v")).guard();
        assertThatThrownBy(() -> stamp(guard, key))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("WRITER_VERSION_ATTRIBUTE=v: the writer would also use " + key);
    }

    @Test
    void keyAttributeCannotHoldTheExpirationTimeOfAMarker() {
        GuardSettings guard = with(Map.of("WRITER_MODE", "newest-wins", "WRITER_TOMBSTONE_TTL_ATTRIBUTE", "expires"))
                .guard();
        assertThatThrownBy(() -> stamp(guard, "expires"))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("WRITER_TOMBSTONE_TTL_ATTRIBUTE=expires: this is a key attribute");
    }

    @ParameterizedTest
    @CsvSource({
        "v, N, true",
        "v_tie, N, true",
        "expires, N, true",
        "v, S, false",
        "v_tie, B, false",
        "v_deleted, S, false",
        "expires, S, false"
    })
    void indexKeyOfAnotherTypeCannotHoldWhatTheWriterAdds(String name, KeyType type, boolean starts) {
        GuardSettings guard = with(Map.of(
                        "WRITER_MODE", "newest-wins",
                        "WRITER_VERSION_ATTRIBUTE", "v",
                        "WRITER_TOMBSTONE_TTL_ATTRIBUTE", "expires"))
                .guard();
        TableSchema schema = new TableSchema(
                "t",
                new KeyAttribute("id", KeyType.S, 2048),
                Optional.empty(),
                List.of(new SecondaryIndex("by", List.of(name), Optional.empty())),
                List.of(new KeyAttribute(name, type, 2048, Optional.of("by"))));
        if (starts) {
            assertThat(TargetTable.stamp(guard, schema, Clock.systemUTC())).isPresent();
        } else {
            assertThatThrownBy(() -> TargetTable.stamp(guard, schema, Clock.systemUTC()))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("the writer would set " + name + ", a key of index by");
        }
    }

    @ParameterizedTest
    @CsvSource({"overwrite, false", "keep-existing, false", "newest-wins, true"})
    void itemsHaveAVersionOnlyIfTheModeOrASettingNeedsIt(String mode, boolean stamped) {
        GuardSettings guard = with(Map.of("WRITER_MODE", mode)).guard();
        assertThat(TargetTable.stamp(guard, tableWithKey("id"), Clock.systemUTC())
                        .isPresent())
                .isEqualTo(stamped);
    }

    @ParameterizedTest
    @CsvSource({
        "overwrite, 50, 50, 50",
        "keep-existing, 50, 1250, 1250",
        "newest-wins, 50, 1250, 1250",
        "keep-existing, 80, 2000, 2000",
        "keep-existing, 81, 2000, 2025",
        "newest-wins, 2000, 2000, 50000",
        "newest-wins, 2001, 2001, 50025"
    })
    void guardedTableHasAConnectionForEachItemInFlightUpToALimit(
            String mode, String batches, int connections, int calls) {
        WriterSettings settings = with(Map.of("WRITER_MODE", mode, "WRITER_MAX_IN_FLIGHT", batches));
        assertThat(TargetTable.callLimits(settings))
                .isEqualTo(new CallLimits(Duration.ofSeconds(5), connections, calls));
    }
}
