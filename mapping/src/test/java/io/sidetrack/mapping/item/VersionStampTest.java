package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Version;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Where a version comes from, and how it is added to an item. */
class VersionStampTest {
    private static final TableSchema TABLE =
            new TableSchema("t", new KeyAttribute("id", KeyType.S, 2048), Optional.empty());
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC);
    private static final VersionSource FIELD = new FieldVersion(JsonPointer.compile("/meta/at"));

    private static SourceRecord record(String value, RecordHeader... headers) {
        return new SourceRecord(
                "lane",
                0,
                7,
                5_000,
                "a".getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                List.of(headers));
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    private static Write map(VersionSource versions, Optional<VersionStamp.Marker> marker, SourceRecord source)
            throws RejectedException {
        ItemMapper mapper = new ItemMapper(
                TABLE,
                KeySource.VALUE,
                KafkaKeyFormat.AUTO,
                Optional.of(new VersionStamp(versions, Lane.BACKFILL, "v", marker, CLOCK)));
        MappingResult result = mapper.map(source);
        if (result instanceof MappingResult.Rejected rejected) {
            throw new RejectedException(
                    rejected.rejection().reason(), rejected.rejection().message());
        }
        return ((MappingResult.Accepted) result).write();
    }

    @Test
    void versionIsTheOriginalTimestampOtherwiseTheRecordsOwn() throws RejectedException {
        VersionSource source = new TimestampVersion();
        assertThat(source.number(record("{}"))).isEqualByComparingTo("5000");
        assertThat(source.number(record("{}", header("sidetrack-timestamp", "12"))))
                .isEqualByComparingTo("12");
        assertThat(source.number(record("{}", header("sidetrack-timestamp", "-1"))))
                .isEqualByComparingTo("-1");
        assertThat(source.number(record("{}", header("sidetrack-timestamp", "yesterday"))))
                .isEqualByComparingTo("5000");
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000123, 1700000000123",
        "'\"2023-11-14T22:13:20.123Z\"', 1700000000123",
        "'\"2023-11-14T23:13:20.123+01:00\"', 1700000000123",
        "'\"2023-11-14T22:13:20.123456789Z\"', 1700000000123.456789",
        "'\"1969-12-31T23:59:59.999Z\"', -1",
        "12345678901234567890123456789012345678, 12345678901234567890123456789012345678",
        "1.50e2, 150",
        "'\"17\"', 17"
    })
    void fieldContainsANumberOrAnInstant(String json, BigDecimal number) throws RejectedException {
        assertThat(FIELD.number(record("{\"id\":\"a\",\"meta\":{\"x\":[1],\"at\":" + json + "}}")))
                .isEqualByComparingTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"a\"}",
                "{\"id\":\"a\",\"meta\":7}",
                "{\"id\":\"a\",\"meta\":{\"at\":null}}",
                "{\"id\":\"a\",\"meta\":{\"at\":{}}}",
                "{\"id\":\"a\",\"meta\":{\"at\":true}}",
                "{\"id\":\"a\",\"meta\":{\"at\":\"Tuesday\"}}"
            })
    void recordWithoutAVersionIsRejected(String value) {
        assertThatThrownBy(() -> map(FIELD, Optional.empty(), record(value)))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.rejection().reason()).isEqualTo(Reason.VERSION_MISSING));
    }

    @Test
    void timeInTheFarFutureIsRejectedButALargeNumberIsNot() throws RejectedException {
        // The clock is fixed at 1,000,000 ms.
        FutureLimit limit = new FutureLimit(CLOCK, Duration.ofHours(1));
        VersionSource timestamp = new TimestampVersion().within(limit);
        assertThat(timestamp.number(record("{}", header("sidetrack-timestamp", "4600000"))))
                .isEqualByComparingTo("4600000");
        for (String forged : List.of("4600001", Long.toString(Long.MAX_VALUE))) {
            requireInFuture(timestamp, record("{}", header("sidetrack-timestamp", forged)));
        }
        VersionSource field = FIELD.within(limit);
        requireInFuture(field, record("{\"meta\":{\"at\":\"1970-01-01T01:16:40.001Z\"}}"));
        requireInFuture(field, record("{\"meta\":{\"at\":\"+999999999-12-31T23:59:59Z\"}}"));
        requireInFuture(field, record(null, header(FieldVersion.HEADER, "2200-01-01T00:00:00Z")));
        assertThat(field.number(record("{\"meta\":{\"at\":9e30}}"))).isEqualByComparingTo("9e30");
    }

    private static void requireInFuture(VersionSource versions, SourceRecord source) {
        assertThatThrownBy(() -> map(versions, Optional.empty(), source.value() == null ? source : withId(source)))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.rejection().reason()).isEqualTo(Reason.VERSION_IN_FUTURE));
    }

    private static SourceRecord withId(SourceRecord source) {
        String value = new String(source.value(), UTF_8);
        String fields = value.equals("{}") ? "" : "," + value.substring(1, value.length() - 1);
        return record("{\"id\":\"a\"" + fields + "}", source.headers().toArray(RecordHeader[]::new));
    }

    @Test
    void tombstoneHasItsVersionInAHeader() throws RejectedException {
        assertThat(FIELD.number(record(null, header(FieldVersion.HEADER, "8")))).isEqualByComparingTo("8");
        assertThatThrownBy(() -> FIELD.number(record(null))).isInstanceOf(RejectedException.class);
    }

    @Test
    void versionIsAppendedAndFieldsWithTheWritersNamesAreOmitted() throws RejectedException {
        SourceRecord source = record(
                "{\"id\":\"a\",\"v\":{\"x\":[1,2]},\"n\":1,\"v_tie\":3,\"v_deleted\":true," + "\"v_shape\":\"x\"}");
        Write write = map(new TimestampVersion(), Optional.empty(), source);
        long tie = Version.of(BigDecimal.ZERO, Lane.BACKFILL, 7).tie();
        assertThat(new String(write.json(), UTF_8))
                .isEqualTo("{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"},\"v\":{\"N\":\"5000\"},\"v_tie\":{\"N\":\"" + tie
                        + "\"},\"v_shape\":{\"S\":\"CN3DPdRRIyE\"}}");
        assertThat(write.version()).isEqualTo(new Version(BigDecimal.valueOf(5000), tie));
        // The attributes are id a, n 1, v 5000, a tie of 20 characters, and a fingerprint of 11.
        assertThat(write.itemBytes()).isEqualTo(2 + 1 + 1 + 2 + 1 + 3 + 5 + 11 + 7 + 11);
    }

    @Test
    void deleteLeavesAMarkerIfConfigured() throws RejectedException {
        Write plain = map(new TimestampVersion(), Optional.empty(), record(null));
        assertThat(plain.kind()).isEqualTo(Write.Kind.DELETE);
        assertThat(new String(plain.json(), UTF_8)).isEqualTo("{\"id\":{\"S\":\"a\"}}");

        Write marker = map(
                new TimestampVersion(),
                Optional.of(new VersionStamp.Marker(Duration.ofSeconds(60), "ttl")),
                record(null));
        assertThat(marker.kind()).isEqualTo(Write.Kind.PUT);
        assertThat(new String(marker.json(), UTF_8))
                .startsWith("{\"id\":{\"S\":\"a\"},\"v\":{\"N\":\"5000\"},")
                .endsWith(
                        ",\"v_deleted\":{\"BOOL\":true},\"ttl\":{\"N\":\"1060\"},\"v_shape\":{\"S\":\"QUzXYqcYgf4\"}}");
    }

    @Test
    void fingerprintDependsOnTheNamesButNotOnTheirOrderNorOnValues() throws RejectedException {
        String shape = shape("{\"id\":\"a\",\"n\":1,\"it's\":2}");
        assertThat(shape("{\"it's\":[],\"id\":\"b\",\"n\":{\"x\":1}}")).isEqualTo(shape);
        assertThat(shape("{\"id\":\"a\",\"n\":1}")).isEqualTo("CN3DPdRRIyE").isNotEqualTo(shape);
        assertThat(shape("{\"id\":\"a\",\"n\":1,\"it\":2,\"'s\":2}")).isNotEqualTo(shape);
    }

    private static String shape(String value) throws RejectedException {
        Write write = map(new TimestampVersion(), Optional.empty(), record(value));
        String json = new String(write.json(), UTF_8);
        return json.substring(json.lastIndexOf(':') + 2, json.length() - 3);
    }

    @Test
    void itemThatTheFingerprintWouldMakeTooLargeHasNone() throws RejectedException {
        // The attributes are id a, t, v 5000, and a tie of 20 characters.
        int others = 2 + 1 + 1 + 1 + 3 + 5 + 11;
        String text = "x".repeat(ItemMapper.MAX_ITEM_BYTES - others);
        Write write = map(new TimestampVersion(), Optional.empty(), record("{\"id\":\"a\",\"t\":\"" + text + "\"}"));
        assertThat(write.itemBytes()).isEqualTo(ItemMapper.MAX_ITEM_BYTES);
        assertThat(new String(write.json(), UTF_8)).doesNotContain("v_shape");
    }

    @Test
    void itemThatExceedsTheLimitWithItsVersionIsRejected() {
        String text = "x".repeat(ItemMapper.MAX_ITEM_BYTES - 10);
        assertThatThrownBy(() ->
                        map(new TimestampVersion(), Optional.empty(), record("{\"id\":\"a\",\"t\":\"" + text + "\"}")))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.rejection().reason()).isEqualTo(Reason.ITEM_TOO_LARGE));
    }

    @Test
    void liveLaneWinsTiesAndThenTheLaterOffset() {
        BigDecimal one = BigDecimal.ONE;
        assertThat(List.of(
                        Version.of(BigDecimal.TEN, Lane.BACKFILL, 0),
                        Version.of(one, Lane.LIVE, 1),
                        Version.of(new BigDecimal("1.0"), Lane.LIVE, 0),
                        Version.of(one, Lane.BACKFILL, Long.MAX_VALUE / 4),
                        Version.of(one, Lane.BACKFILL, 0)))
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }
}
