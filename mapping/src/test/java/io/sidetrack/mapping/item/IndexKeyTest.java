package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** DynamoDB would reject an item with an illegal index key, and with it all other items of the batch. */
class IndexKeyTest {
    /** A key of two attributes, a binary key, one with all attributes, and one whose sort key is the table's key. */
    private static final TableSchema TABLE = new TableSchema(
            "t",
            new KeyAttribute("id", KeyType.S, 2048),
            Optional.empty(),
            List.of(
                    new SecondaryIndex("by-city", List.of("city", "size"), Optional.of(List.of())),
                    new SecondaryIndex("by-raw", List.of("raw"), Optional.of(List.of("note"))),
                    new SecondaryIndex("by-version", List.of("v"), Optional.empty()),
                    new SecondaryIndex("by-kind", List.of("kind", "id"), Optional.of(List.of()))),
            List.of(
                    new KeyAttribute("city", KeyType.S, 2048, Optional.of("by-city")),
                    new KeyAttribute("size", KeyType.N, 1024, Optional.of("by-city")),
                    new KeyAttribute("raw", KeyType.B, 2048, Optional.of("by-raw")),
                    new KeyAttribute("v", KeyType.N, 2048, Optional.of("by-version")),
                    new KeyAttribute("kind", KeyType.S, 1024, Optional.of("by-kind")),
                    new KeyAttribute("id", KeyType.S, 1024, Optional.of("by-kind"))));

    private static final VersionStamp MARKING = new VersionStamp(
            source -> BigDecimal.valueOf(source.timestampMs()),
            Lane.LIVE,
            "v",
            Optional.of(new VersionStamp.Marker(Duration.ofDays(1), "expires")),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    private static MappingResult map(
            KeySource keySource, EmptyIndexKeys empty, Optional<VersionStamp> stamp, String key, String value) {
        return new ItemMapper(TABLE, keySource, KafkaKeyFormat.AUTO, empty, stamp)
                .map(new SourceRecord(
                        "lane", 0, 0, 5, key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8), List.of()));
    }

    private static Write accepted(EmptyIndexKeys empty, String value) {
        return write(map(KeySource.VALUE, empty, Optional.empty(), "k", value));
    }

    private static Write write(MappingResult result) {
        assertThat(result).isInstanceOf(MappingResult.Accepted.class);
        return ((MappingResult.Accepted) result).write();
    }

    private static Rejection rejection(MappingResult result) {
        assertThat(result).isInstanceOf(MappingResult.Rejected.class);
        return ((MappingResult.Rejected) result).rejection();
    }

    private static String json(Write write) {
        return new String(write.json(), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'id':'a','city':7}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','city':true}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','city':['x']}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','city':{'x':1}}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','size':'7'}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','size':''}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','raw':'%'}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','raw':1}|INDEX_KEY_WRONG_TYPE",
                "{'id':'a','city':''}|INDEX_KEY_EMPTY",
                "{'id':'a','raw':''}|INDEX_KEY_EMPTY",
                "{'id':'a','city':null}|INDEX_KEY_EMPTY",
                "{'id':'a','size':null}|INDEX_KEY_EMPTY"
            })
    void illegalIndexKeyIsRejectedInEveryKeySource(String value, Reason reason) {
        String json = value.replace('\'', '"');
        for (KeySource source : KeySource.values()) {
            Rejection rejection = rejection(map(source, EmptyIndexKeys.REJECT, Optional.empty(), "a", json));
            assertThat(rejection.reason()).isEqualTo(reason);
            assertThat(rejection.message()).contains("a key of index by-");
            MappingResult dropping = map(source, EmptyIndexKeys.DROP, Optional.empty(), "a", json);
            if (reason == Reason.INDEX_KEY_EMPTY) {
                assertThat(json(write(dropping))).isEqualTo("{\"id\":{\"S\":\"a\"}}");
            } else {
                assertThat(rejection(dropping).reason()).isEqualTo(reason);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KeySource.class)
    void indexKeysHaveTheLengthsOfKeys(KeySource source) {
        for (String name : List.of("city", "kind")) {
            int limit = name.equals("city") ? 2048 : 1024;
            String fits = "{\"id\":\"a\",\"%s\":\"%s\"}".formatted(name, "x".repeat(limit));
            assertThat(map(source, EmptyIndexKeys.REJECT, Optional.empty(), "a", fits))
                    .isInstanceOf(MappingResult.Accepted.class);
            String tooLong = fits.replace("x\"", "xx\"");
            assertThat(rejection(map(source, EmptyIndexKeys.DROP, Optional.empty(), "a", tooLong))
                            .reason())
                    .isEqualTo(Reason.INDEX_KEY_TOO_LONG);
        }
    }

    @Test
    void keyOfTheTableHasTheLimitOfAnIndexItBelongsTo() {
        String key = "k".repeat(1025);
        for (String value : List.of("{\"id\":\"" + key + "\"}", "{\"id\":\"" + key + "\",\"x\":\"\\n\"}")) {
            assertThat(rejection(map(KeySource.VALUE, EmptyIndexKeys.REJECT, Optional.empty(), "", value))
                            .reason())
                    .isEqualTo(Reason.INDEX_KEY_TOO_LONG);
        }
        assertThat(rejection(map(KeySource.KAFKA_KEY, EmptyIndexKeys.REJECT, Optional.empty(), key, "{}"))
                        .reason())
                .isEqualTo(Reason.INDEX_KEY_TOO_LONG);
        // A delete writes no item; a marker is one.
        write(map(KeySource.VALUE, EmptyIndexKeys.REJECT, Optional.empty(), key, null));
        assertThat(rejection(map(KeySource.VALUE, EmptyIndexKeys.REJECT, Optional.of(MARKING), key, null))
                        .reason())
                .isEqualTo(Reason.INDEX_KEY_TOO_LONG);
    }

    @Test
    void missingIndexKeyIsLegalAndABinaryOneIsReadFromBase64() {
        Write write = accepted(EmptyIndexKeys.REJECT, "{\"id\":\"a\",\"raw\":\"AP8=\",\"nested\":{\"city\":\"\"}}");
        assertThat(json(write))
                .isEqualTo("{\"id\":{\"S\":\"a\"},\"raw\":{\"B\":\"AP8=\"},"
                        + "\"nested\":{\"M\":{\"city\":{\"S\":\"\"}}}}");
        assertThat(write.entries()).isEqualTo(new IndexEntries(IndexEntries.bit(1), 1));
    }

    @Test
    void itemIsInAnIndexOnlyIfItHasAllAttributesOfItsKey() {
        assertThat(accepted(EmptyIndexKeys.REJECT, "{\"id\":\"a\",\"city\":\"b\"}")
                        .entries())
                .isEqualTo(IndexEntries.NONE);
        assertThat(accepted(EmptyIndexKeys.REJECT, "{\"id\":\"a\",\"city\":\"b\",\"size\":1}")
                        .entries())
                .isEqualTo(new IndexEntries(IndexEntries.bit(0), 1));
        assertThat(accepted(EmptyIndexKeys.DROP, "{\"id\":\"a\",\"city\":\"\",\"size\":1}")
                        .entries())
                .isEqualTo(IndexEntries.NONE);
    }

    @Test
    void entryCostsTheSizeOfTheAttributesThatItsIndexContains() {
        String note = "n".repeat(1500);
        String text = "t".repeat(3000);
        String value = "{\"id\":\"a\",\"city\":\"b\",\"size\":1,\"raw\":\"AP8=\",\"note\":\"%s\",\"text\":\"%s\"}"
                .formatted(note, text);
        // by-city has only keys (1 unit), by-raw has the note as well (2 units).
        Write plain = accepted(EmptyIndexKeys.REJECT, value);
        assertThat(plain.writeUnits()).isEqualTo(5);
        assertThat(plain.entries()).isEqualTo(new IndexEntries(IndexEntries.bit(0) | IndexEntries.bit(1), 3));
        assertThat(plain.expectedUnits()).isEqualTo(8);
        // by-version contains every attribute (5 units).
        Write stamped = write(map(KeySource.VALUE, EmptyIndexKeys.REJECT, Optional.of(MARKING), "", value));
        assertThat(stamped.entries().writeUnits()).isEqualTo(8);
    }

    @Test
    void versionThatAProducerSetsIsOmittedBeforeItIsChecked() {
        String value = "{\"id\":\"a\",\"v\":\"no number\"}";
        Write write = write(map(KeySource.VALUE, EmptyIndexKeys.REJECT, Optional.of(MARKING), "", value));
        assertThat(json(write)).startsWith("{\"id\":{\"S\":\"a\"},\"v\":{\"N\":\"5\"}");
        assertThat(write.entries()).isEqualTo(new IndexEntries(IndexEntries.bit(2), 1));
    }

    @Test
    void deleteMayConcernEveryIndex() {
        assertThat(write(map(KeySource.VALUE, EmptyIndexKeys.REJECT, Optional.empty(), "a", null))
                        .entries())
                .isEqualTo(IndexEntries.UNKNOWN);
        assertThat(write(map(KeySource.VALUE, EmptyIndexKeys.REJECT, Optional.of(MARKING), "a", null))
                        .entries())
                .isEqualTo(new IndexEntries(-1, 1));
    }
}
