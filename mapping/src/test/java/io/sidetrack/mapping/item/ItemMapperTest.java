package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.sandbox.CollidingNames;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The result of mapping each kind of value, and each kind of bad input with its reason. */
class ItemMapperTest {
    private static final KeyAttribute ID = new KeyAttribute("id", KeyType.S, 2048);
    private static final TableSchema TEXT = new TableSchema("t", ID, Optional.empty());
    private static final TableSchema NUMBER =
            new TableSchema("t", new KeyAttribute("id", KeyType.N, 2048), Optional.empty());
    private static final TableSchema BINARY =
            new TableSchema("t", new KeyAttribute("id", KeyType.B, 2048), Optional.empty());
    private static final TableSchema SORTED =
            new TableSchema("t", ID, Optional.of(new KeyAttribute("at", KeyType.N, 1024)));

    private record Bad(String name, Reason reason, byte[] value) {}

    private static Bad bad(String name, Reason reason, String value) {
        return new Bad(name, reason, value.getBytes(UTF_8));
    }

    @TestFactory
    List<DynamicTest> badValueIsRejectedWithItsReasonAndNotQuoted() {
        List<Bad> all = List.of(
                bad("nothing at all", Reason.NOT_JSON, ""),
                bad("white space", Reason.NOT_JSON, " \n"),
                bad("truncated", Reason.NOT_JSON, "{\"id\":\"a\",\"s3cret\":"),
                bad("truncated in a text", Reason.NOT_JSON, "{\"id\":\"s3cret"),
                bad("trailing garbage", Reason.NOT_JSON, "{\"id\":\"a\"} s3cret"),
                bad("a second object", Reason.NOT_JSON, "{\"id\":\"a\"}{\"id\":\"b\"}"),
                bad("a two-byte character after the object", Reason.NOT_JSON, "{\"id\":\"a\"}\u00e9"),
                bad("a three-byte character after the object", Reason.NOT_JSON, "{\"id\":\"a\"}\u20ac"),
                bad("a four-byte character after the object", Reason.NOT_JSON, "{\"id\":\"a\"}\ud83d\ude00"),
                bad("a no-break space after the object", Reason.NOT_JSON, "{\"id\":\"a\"} \u00a0"),
                bad("a line separator after the object", Reason.NOT_JSON, "{\"id\":\"a\"}\n\u2028\n"),
                bad("a byte order mark after the object", Reason.NOT_JSON, "{\"id\":\"a\"}\uFEFF"),
                bad("a second object after a byte order mark", Reason.NOT_JSON, "{\"id\":\"a\"}\uFEFF{\"id\":\"b\"}"),
                bad("a null byte after the object", Reason.NOT_JSON, "{\"id\":\"a\"}\0"),
                bad("a byte order mark in the middle", Reason.NOT_JSON, "{\"id\":\"a\",\uFEFF\"x\":1}"),
                new Bad("UTF-16", Reason.NOT_UTF8, "{\"id\":\"a\"}".getBytes(UTF_16)),
                new Bad("UTF-16LE without a mark", Reason.NOT_JSON, "{\"id\":\"a\"}".getBytes(UTF_16LE)),
                new Bad("UTF-16BE without a mark", Reason.NOT_JSON, "{\"id\":\"a\"}".getBytes(UTF_16BE)),
                new Bad(
                        "UTF-32LE without a mark",
                        Reason.NOT_JSON,
                        "{\"id\":\"a\"}".getBytes(Charset.forName("UTF-32LE"))),
                new Bad(
                        "UTF-32BE without a mark",
                        Reason.NOT_JSON,
                        "{\"id\":\"a\"}".getBytes(Charset.forName("UTF-32BE"))),
                bad("two byte order marks", Reason.NOT_JSON, "\uFEFF\uFEFF{\"id\":\"a\"}"),
                bad("only a byte order mark", Reason.NOT_JSON, "\uFEFF"),
                bad("NaN", Reason.NOT_JSON, "{\"id\":\"a\",\"n\":NaN}"),
                bad("infinity", Reason.NOT_JSON, "{\"id\":\"a\",\"n\":-Infinity}"),
                bad("a leading zero", Reason.NOT_JSON, "{\"id\":\"a\",\"n\":007}"),
                bad("single quotes", Reason.NOT_JSON, "{'id':'a'}"),
                bad("a comment", Reason.NOT_JSON, "{\"id\":\"a\"/* s3cret */}"),
                bad("a control character in a text", Reason.NOT_JSON, "{\"id\":\"a\nb\"}"),
                new Bad("invalid UTF-8", Reason.NOT_UTF8, "{\"id\":\"a\u00ff\"}".getBytes(ISO_8859_1)),
                new Bad("overlong UTF-8", Reason.NOT_UTF8, "{\"id\":\"\u00c0\u00af\"}".getBytes(ISO_8859_1)),
                new Bad(
                        "half a surrogate pair in UTF-8",
                        Reason.NOT_UTF8,
                        "{\"id\":\"\u00ed\u00a0\u0080\"}".getBytes(ISO_8859_1)),
                bad("half a surrogate pair, escaped", Reason.BROKEN_TEXT, "{\"id\":\"a\",\"t\":\"\\ud800\"}"),
                bad("half a surrogate pair in the key", Reason.BROKEN_TEXT, "{\"id\":\"\\udc00\"}"),
                bad("a field twice", Reason.DUPLICATE_FIELD, "{\"id\":\"a\",\"n\":1,\"n\":2}"),
                bad("the key twice", Reason.DUPLICATE_FIELD, "{\"id\":\"a\",\"id\":\"b\"}"),
                bad("a nested field twice", Reason.DUPLICATE_FIELD, "{\"id\":\"a\",\"m\":{\"x\":1,\"x\":1}}"),
                bad("a field twice, once escaped", Reason.DUPLICATE_FIELD, "{\"id\":\"a\",\"n\":1,\"\\u006e\":2}"),
                bad("an array", Reason.NOT_AN_OBJECT, "[{\"id\":\"a\"}]"),
                bad("a text", Reason.NOT_AN_OBJECT, "\"s3cret\""),
                bad("a number", Reason.NOT_AN_OBJECT, "7"),
                bad("null", Reason.NOT_AN_OBJECT, "null"),
                bad("no key", Reason.KEY_MISSING, "{\"ID\":\"a\"}"),
                bad("an empty key", Reason.KEY_EMPTY, "{\"id\":\"\"}"),
                bad("a key that is null", Reason.KEY_WRONG_TYPE, "{\"id\":null}"),
                bad("a key that is a number", Reason.KEY_WRONG_TYPE, "{\"id\":7}"),
                bad("a key that is an object", Reason.KEY_WRONG_TYPE, "{\"id\":{\"s3cret\":1}}"),
                bad("a key of 2049 bytes", Reason.KEY_TOO_LONG, "{\"id\":\"" + "x".repeat(2049) + "\"}"),
                bad(
                        "a key of 2049 bytes in 684 characters",
                        Reason.KEY_TOO_LONG,
                        "{\"id\":\"" + "€".repeat(683) + "\"}"),
                bad("39 digits", Reason.NUMBER_OUT_OF_RANGE, "{\"id\":\"a\",\"n\":" + "1".repeat(39) + "}"),
                bad(
                        "39 digits behind the point",
                        Reason.NUMBER_OUT_OF_RANGE,
                        "{\"id\":\"a\",\"n\":0.1" + "0".repeat(37) + "1}"),
                bad("1E126", Reason.NUMBER_OUT_OF_RANGE, "{\"id\":\"a\",\"n\":1E126}"),
                bad("1E-131", Reason.NUMBER_OUT_OF_RANGE, "{\"id\":\"a\",\"n\":1E-131}"),
                bad("1E999999999", Reason.NUMBER_OUT_OF_RANGE, "{\"id\":\"a\",\"n\":1E999999999}"),
                bad("1E99999999999", Reason.NUMBER_OUT_OF_RANGE, "{\"id\":\"a\",\"n\":1E99999999999}"),
                bad(
                        "a million digits",
                        Reason.NUMBER_OUT_OF_RANGE,
                        "{\"id\":\"a\",\"n\":" + "9".repeat(1_000_000) + "}"),
                bad("33 levels of lists", Reason.TOO_DEEP, nested(33)),
                bad("100,000 levels of lists", Reason.TOO_DEEP, nested(100_000)),
                bad("100,000 levels of objects", Reason.TOO_DEEP, "{\"id\":\"a\",\"m\":" + "{\"m\":".repeat(100_000)),
                bad("a nameless attribute", Reason.BAD_ATTRIBUTE_NAME, "{\"id\":\"a\",\"\":1}"),
                bad(
                        "an attribute name of 65,536 bytes",
                        Reason.BAD_ATTRIBUTE_NAME,
                        "{\"id\":\"a\",\"" + "n".repeat(65_536) + "\":1}"),
                bad("an item of 409,601 bytes", Reason.ITEM_TOO_LARGE, sized(409_601)));
        List<DynamicTest> tests = new ArrayList<>();
        for (Bad bad : all) {
            tests.add(DynamicTest.dynamicTest(bad.name, () -> {
                Rejection rejection = rejected(TEXT, record(null, bad.value));
                assertThat(rejection.reason()).isEqualTo(bad.reason);
                assertThat(rejection.message()).doesNotContain("s3cret").hasSizeLessThan(200);
            }));
        }
        return tests;
    }

    @Test
    void valuesKeepTheirTypeAndEveryDigit() {
        Write write = accepted(
                TEXT,
                record(
                        null,
                        ("{\"id\":\"ä€😀\",\"i\":12345678901234567890123456789012345678,"
                                        + "\"d\":0.10000000000000000000000000000000000001,\"e\":1.5e10,\"z\":-0.0,\"t\":true,\"f\":false,"
                                        + "\"n\":null,\"l\":[1,\"x\",[]],\"m\":{\"a\":{}},\"empty\":\"\"}")
                                .getBytes(UTF_8)));
        assertThat(json(write))
                .isEqualTo("{\"id\":{\"S\":\"ä€😀\"},\"i\":{\"N\":\"12345678901234567890123456789012345678\"},"
                        + "\"d\":{\"N\":\"0.1000000000000000000000000000000000000"
                        + "1\"},\"e\":{\"N\":\"1.5e10\"},\"z\":{\"N\":\"-0.0\"},\"t\":{\"BOOL\":true},\"f\":{\"BOOL\":false},"
                        + "\"n\":{\"NULL\":true},\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"},{\"L\":[]}]},"
                        + "\"m\":{\"M\":{\"a\":{\"M\":{}}}},\"empty\":{\"S\":\"\"}}");
        assertThat(write.kind()).isEqualTo(Write.Kind.PUT);
    }

    @Test
    void trailingZerosDoNotCountTowardsThe38Digits() {
        assertThat(json(accepted(TEXT, value("{\"id\":\"a\",\"n\":1" + "0".repeat(60) + "}"))))
                .contains("{\"N\":\"1E+60\"}");
        assertThat(json(accepted(TEXT, value("{\"id\":\"a\",\"n\":9.99E+125}"))))
                .contains("9.99E+125");
        assertThat(json(accepted(TEXT, value("{\"id\":\"a\",\"n\":1E-130}")))).contains("1E-130");
    }

    @Test
    void byteOrderMarkAtTheStartIsIgnored() {
        assertThat(json(accepted(TEXT, value("\uFEFF{\"id\":\"a\"}")))).isEqualTo("{\"id\":{\"S\":\"a\"}}");
    }

    @Test
    void valuesAtTheLimitsOfDepthSizeAndKeyLengthAreAccepted() {
        assertThat(accepted(TEXT, value(nested(32))).key()).isEqualTo(new ItemKey("a", ""));
        assertThat(accepted(TEXT, value(sized(409_600))).itemBytes()).isEqualTo(409_600);
        assertThat(accepted(TEXT, value("{\"id\":\"" + "x".repeat(2048) + "\"}"))
                        .itemBytes())
                .isEqualTo(2050);
    }

    @Test
    void spellingsOfANumberAreTheSameKeyButStringsAreNot() {
        assertThat(accepted(NUMBER, value("{\"id\":1.0}")).key())
                .isEqualTo(accepted(NUMBER, value("{\"id\":1}")).key())
                .isEqualTo(accepted(NUMBER, value("{\"id\":10e-1}")).key());
        assertThat(accepted(NUMBER, value("{\"id\":-0.0}")).key())
                .isEqualTo(accepted(NUMBER, value("{\"id\":0}")).key());
        assertThat(accepted(TEXT, value("{\"id\":\"1.0\"}")).key())
                .isNotEqualTo(accepted(TEXT, value("{\"id\":\"1\"}")).key());
        assertThat(rejected(NUMBER, value("{\"id\":\"1\"}")).reason()).isEqualTo(Reason.KEY_WRONG_TYPE);
    }

    @Test
    void partsOfAKeyAreNotJoined() {
        assertThat(new ItemKey("a", "bc")).isNotEqualTo(new ItemKey("ab", "c"));
        assertThat(accepted(SORTED, value("{\"id\":\"a\",\"at\":1}")).key()).isEqualTo(new ItemKey("a", "1"));
        assertThat(rejected(SORTED, value("{\"id\":\"a\"}")).reason()).isEqualTo(Reason.KEY_MISSING);
    }

    @Test
    void binaryKeyIsBase64InTheValueAndRawBytesInTheKafkaKey() {
        Write put = accepted(BINARY, value("{\"id\":\"AP8=\"}"));
        Write delete = accepted(BINARY, record(new byte[] {0, (byte) 0xff}, null));
        assertThat(delete.key()).isEqualTo(put.key());
        assertThat(json(delete)).isEqualTo("{\"id\":{\"B\":\"AP8=\"}}");
        assertThat(rejected(BINARY, value("{\"id\":\"%\"}")).reason()).isEqualTo(Reason.KEY_WRONG_TYPE);
    }

    @Test
    void tombstoneDeletesTheItemOfItsKafkaKey() {
        Write write = accepted(TEXT, record("a".getBytes(UTF_8), null));
        assertThat(write.kind()).isEqualTo(Write.Kind.DELETE);
        assertThat(json(write)).isEqualTo("{\"id\":{\"S\":\"a\"}}");
        assertThat(write.key()).isEqualTo(new ItemKey("a", ""));
        assertThat(json(accepted(NUMBER, record("7.50".getBytes(UTF_8), null)))).contains("{\"N\":\"7.5\"}");
    }

    @Test
    void tombstoneForATableWithASortKeyHasAJsonKafkaKey() {
        Write write = accepted(SORTED, record("{\"at\":5,\"more\":[1],\"id\":\"a\"}".getBytes(UTF_8), null));
        assertThat(json(write)).isEqualTo("{\"id\":{\"S\":\"a\"},\"at\":{\"N\":\"5\"}}");
        assertThat(rejected(SORTED, record("a".getBytes(UTF_8), null)).reason()).isEqualTo(Reason.NOT_JSON);
        assertThat(rejected(SORTED, record("{\"id\":\"a\"}".getBytes(UTF_8), null))
                        .reason())
                .isEqualTo(Reason.KEY_MISSING);
    }

    @Test
    void jsonKafkaKeyIsASingleObjectInUtf8() {
        String key = "{\"id\":\"a\",\"at\":5}";
        assertThat(accepted(SORTED, record(("\uFEFF" + key + " \n").getBytes(UTF_8), null))
                        .key())
                .isEqualTo(new ItemKey("a", "5"));
        for (String after : List.of("\u00e9", "\uFEFF", "\uFEFF" + key, key, "\0", "\u00a0", "x")) {
            assertThat(rejected(SORTED, record((key + after).getBytes(UTF_8), null))
                            .reason())
                    .as(after)
                    .isEqualTo(Reason.NOT_JSON);
        }
        assertThat(rejected(SORTED, record(key.getBytes(UTF_16LE), null)).reason())
                .isEqualTo(Reason.NOT_JSON);
    }

    @Test
    void tombstoneWithABadKafkaKeyIsRejectedWithItsReason() {
        assertThat(rejected(TEXT, record(null, null)).reason()).isEqualTo(Reason.KEY_MISSING);
        assertThat(rejected(TEXT, record(new byte[0], null)).reason()).isEqualTo(Reason.KEY_EMPTY);
        assertThat(rejected(TEXT, record(new byte[] {(byte) 0xff}, null)).reason())
                .isEqualTo(Reason.NOT_UTF8);
        assertThat(rejected(TEXT, record(new byte[2049], null)).reason()).isEqualTo(Reason.KEY_TOO_LONG);
        assertThat(rejected(NUMBER, record("x".getBytes(UTF_8), null)).reason()).isEqualTo(Reason.NUMBER_OUT_OF_RANGE);
        assertThat(rejected(NUMBER, record(new byte[0], null)).reason()).isEqualTo(Reason.KEY_EMPTY);
    }

    @Test
    void itemGetsItsKeyFromTheKafkaKeyWhichMustNotContradictTheValue() {
        ItemMapper mapper = new ItemMapper(TEXT, KeySource.KAFKA_KEY, KafkaKeyFormat.AUTO, Optional.empty());
        byte[] key = "k".getBytes(UTF_8);
        assertThat(json(accepted(mapper, record(key, "{\"n\":1}".getBytes(UTF_8)))))
                .isEqualTo("{\"n\":{\"N\":\"1\"},\"id\":{\"S\":\"k\"}}");
        assertThat(json(accepted(mapper, record(key, "{\"id\":\"k\"}".getBytes(UTF_8)))))
                .isEqualTo("{\"id\":{\"S\":\"k\"}}");
        assertThat(rejected(mapper, record(key, "{\"id\":\"other\"}".getBytes(UTF_8)))
                        .reason())
                .isEqualTo(Reason.KEY_CONTRADICTED);
        assertThat(rejected(mapper, record(null, "{\"n\":1}".getBytes(UTF_8))).reason())
                .isEqualTo(Reason.KEY_MISSING);
    }

    /** Returns an object with this many levels of nested lists, the innermost one empty. */
    static String nested(int levels) {
        return "{\"id\":\"a\",\"l\":" + "[".repeat(levels) + "]".repeat(levels) + "}";
    }

    /** Returns an object whose item has exactly this size: the names "id" and "t", the value "a", and a string. */
    static String sized(int bytes) {
        return "{\"id\":\"a\",\"t\":\"" + "x".repeat(bytes - 4) + "\"}";
    }

    private static SourceRecord value(String json) {
        return record(null, json.getBytes(UTF_8));
    }

    @Test
    void recordsWithCollidingNamesDoNotAffectLaterRecords() {
        ItemMapper mapper = new ItemMapper(TEXT, KeySource.VALUE, KafkaKeyFormat.AUTO, Optional.empty());
        CollidingNames.poison("customer").forEach(value -> accepted(mapper, record(null, value)));
        byte[] valid = "{\"id\":\"a\",\"customer\":\"Caf\\u00e9\"}".getBytes(UTF_8);
        assertThat(json(accepted(mapper, record(null, valid)))).contains("\"customer\":{\"S\":\"Caf\u00e9\"}");
    }

    @Test
    void keysWithCollidingNamesDoNotAffectLaterDeletes() {
        ItemMapper mapper = new ItemMapper(TEXT, KeySource.VALUE, KafkaKeyFormat.JSON, Optional.empty());
        CollidingNames.poison("customer").forEach(key -> accepted(mapper, record(key, null)));
        assertThat(json(accepted(mapper, record("{\"id\":\"a\",\"customer\":1}".getBytes(UTF_8), null))))
                .isEqualTo("{\"id\":{\"S\":\"a\"}}");
    }

    private static SourceRecord record(byte[] key, byte[] value) {
        return new SourceRecord("lane", 0, 0, 0, key, value, List.of());
    }

    private static String json(Write write) {
        return new String(write.json(), UTF_8);
    }

    private static Write accepted(TableSchema schema, SourceRecord source) {
        return accepted(new ItemMapper(schema, KeySource.VALUE, KafkaKeyFormat.AUTO, Optional.empty()), source);
    }

    private static Rejection rejected(TableSchema schema, SourceRecord source) {
        return rejected(new ItemMapper(schema, KeySource.VALUE, KafkaKeyFormat.AUTO, Optional.empty()), source);
    }

    private static Write accepted(ItemMapper mapper, SourceRecord source) {
        Write[] write = new Write[1];
        mapper.map(source).match(new MappingResult.Cases() {
            @Override
            public void accepted(Write accepted) {
                write[0] = accepted;
            }

            @Override
            public void rejected(SourceRecord from, Rejection rejection) {
                fail("rejected: %s", rejection);
            }
        });
        return write[0];
    }

    private static Rejection rejected(ItemMapper mapper, SourceRecord source) {
        Rejection[] found = new Rejection[1];
        mapper.map(source).match(new MappingResult.Cases() {
            @Override
            public void accepted(Write write) {
                fail("accepted: %s", json(write));
            }

            @Override
            public void rejected(SourceRecord from, Rejection rejection) {
                assertThat(from).isSameAs(source);
                found[0] = rejection;
            }
        });
        return found[0];
    }
}
