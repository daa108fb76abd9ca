package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value that is marked as an item in DynamoDB's JSON is mapped to itself, or rejected with its reason. */
class TypedItemTest {
    private static final KeyAttribute ID = new KeyAttribute("id", KeyType.S, 2048);
    private static final TableSchema TEXT = new TableSchema("t", ID, Optional.empty());
    private static final TableSchema INDEXED = new TableSchema(
            "t",
            ID,
            Optional.empty(),
            List.of(new SecondaryIndex("i", List.of("b"), Optional.empty())),
            List.of(new KeyAttribute("b", KeyType.B, 2048, Optional.of("i"))));
    private static final String MARK = "application/x-amz-json";

    private static SourceRecord record(String value, String... contentTypes) {
        return new SourceRecord(
                "lane",
                0,
                7,
                5_000,
                "a".getBytes(UTF_8),
                value.getBytes(UTF_8),
                Arrays.stream(contentTypes)
                        .map(type -> new RecordHeader("content-type", type.getBytes(UTF_8)))
                        .toList());
    }

    private static MappingResult map(TableSchema schema, String value) {
        return new ItemMapper(schema, KeySource.VALUE, KafkaKeyFormat.AUTO, Optional.empty()).map(record(value, MARK));
    }

    private static Write write(MappingResult result) {
        if (result instanceof MappingResult.Rejected rejected) {
            return fail("rejected: " + rejected.rejection());
        }
        return ((MappingResult.Accepted) result).write();
    }

    private static String json(MappingResult result) {
        return new String(write(result).json(), UTF_8);
    }

    private static Rejection rejection(MappingResult result) {
        if (result instanceof MappingResult.Accepted accepted) {
            return fail("accepted: " + new String(accepted.write().json(), UTF_8));
        }
        return ((MappingResult.Rejected) result).rejection();
    }

    @Test
    void everyTypeIsKept() throws IOException {
        String item = "{\"id\":{\"S\":\"a\"},\"s\":{\"S\":\"\"},\"n\":{\"N\":\"-1.5E-130\"},\"b\":{\"B\":\"AP8=\"},"
                + "\"e\":{\"B\":\"\"},\"t\":{\"BOOL\":true},\"f\":{\"BOOL\":false},\"z\":{\"NULL\":true},"
                + "\"m\":{\"M\":{\"x\":{\"M\":{}},\"y\":{\"SS\":[\"\"]}}},\"l\":{\"L\":[{\"L\":[]},{\"N\":\"0\"}]},"
                + "\"ss\":{\"SS\":[\"b\",\"a\",\"\"]},\"ns\":{\"NS\":[\"1\",\"1.5\",\"-1\",\"1E+100\"]},"
                + "\"bs\":{\"BS\":[\"\",\"AA==\",\"AAA=\",\"AAAA\"]}}";
        Write write = write(map(TEXT, item));
        assertThat(new String(write.json(), UTF_8)).isEqualTo(item);
        try (JsonParser in = new StrictJson().parser(write.json())) {
            in.nextToken();
            assertThat((long) write.itemBytes()).isEqualTo(ItemSize.read(in));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "no type | NOT_DYNAMODB_JSON | {}",
                "two types | NOT_DYNAMODB_JSON | {'S':'s3cret','N':'1'}",
                "the same type twice | DUPLICATE_FIELD | {'S':'s3cret','S':'s3cret'}",
                "an unknown type | NOT_DYNAMODB_JSON | {'s3cret':'a'}",
                "a type in lower case | NOT_DYNAMODB_JSON | {'s':'s3cret'}",
                "plain text | NOT_DYNAMODB_JSON | 's3cret'",
                "a plain number | NOT_DYNAMODB_JSON | 7",
                "null | NOT_DYNAMODB_JSON | null",
                "a plain list | NOT_DYNAMODB_JSON | ['s3cret']",
                "a text that is a number | NOT_DYNAMODB_JSON | {'S':7}",
                "a text that is null | NOT_DYNAMODB_JSON | {'S':null}",
                "half a surrogate pair | BROKEN_TEXT | {'S':'\\ud800'}",
                "a number that is no text | NOT_DYNAMODB_JSON | {'N':7}",
                "an empty number | NOT_DYNAMODB_JSON | {'N':''}",
                "a number with a space | NOT_DYNAMODB_JSON | {'N':' 7'}",
                "a number with a plus | NOT_DYNAMODB_JSON | {'N':'+7'}",
                "a number with a leading zero | NOT_DYNAMODB_JSON | {'N':'07'}",
                "a hexadecimal number | NOT_DYNAMODB_JSON | {'N':'0x7'}",
                "other digits | NOT_DYNAMODB_JSON | {'N':'\u0667'}",
                "NaN | NOT_DYNAMODB_JSON | {'N':'NaN'}",
                "39 digits | NUMBER_OUT_OF_RANGE | {'N':'111111111111111111111111111111111111111'}",
                "a number too large | NUMBER_OUT_OF_RANGE | {'N':'1E126'}",
                "a number too small | NUMBER_OUT_OF_RANGE | {'N':'1E-131'}",
                "a huge exponent | NUMBER_OUT_OF_RANGE | {'N':'1E99999999999'}",
                "Base64 without padding | NOT_DYNAMODB_JSON | {'B':'AA'}",
                "Base64 with bits beyond its end | NOT_DYNAMODB_JSON | {'B':'AB=='}",
                "Base64 for URLs | NOT_DYNAMODB_JSON | {'B':'_-8='}",
                "Base64 with a line end | NOT_DYNAMODB_JSON | {'B':'AAAA\\n'}",
                "binary that is no text | NOT_DYNAMODB_JSON | {'B':[1]}",
                "a boolean as text | NOT_DYNAMODB_JSON | {'BOOL':'true'}",
                "a boolean that is null | NOT_DYNAMODB_JSON | {'BOOL':null}",
                "null that is false | NOT_DYNAMODB_JSON | {'NULL':false}",
                "null as text | NOT_DYNAMODB_JSON | {'NULL':'true'}",
                "a map that is a list | NOT_DYNAMODB_JSON | {'M':[]}",
                "a plain value in a map | NOT_DYNAMODB_JSON | {'M':{'s3cret':1}}",
                "an empty name in a map | BAD_ATTRIBUTE_NAME | {'M':{'':{'N':'1'}}}",
                "a name twice in a map | DUPLICATE_FIELD | {'M':{'x':{'N':'1'},'x':{'N':'1'}}}",
                "a list that is a map | NOT_DYNAMODB_JSON | {'L':{}}",
                "a plain value in a list | NOT_DYNAMODB_JSON | {'L':['s3cret']}",
                "an empty set of texts | NOT_DYNAMODB_JSON | {'SS':[]}",
                "an empty set of numbers | NOT_DYNAMODB_JSON | {'NS':[]}",
                "an empty set of binary values | NOT_DYNAMODB_JSON | {'BS':[]}",
                "a set that is a text | NOT_DYNAMODB_JSON | {'SS':'s3cret'}",
                "a set of typed values | NOT_DYNAMODB_JSON | {'SS':[{'S':'s3cret'}]}",
                "a set with null | NOT_DYNAMODB_JSON | {'SS':[null]}",
                "a text twice in a set | NOT_DYNAMODB_JSON | {'SS':['a','b','\\u0061']}",
                "a number twice in a set | NOT_DYNAMODB_JSON | {'NS':['1','2','1.0']}",
                "zero twice in a set | NOT_DYNAMODB_JSON | {'NS':['0','-0.00']}",
                "a power of ten twice in a set | NOT_DYNAMODB_JSON | {'NS':['100','1E2']}",
                "a text in a set of numbers | NOT_DYNAMODB_JSON | {'NS':['a']}",
                "a number out of range in a set | NUMBER_OUT_OF_RANGE | {'NS':['1','1E126']}",
                "bytes twice in a set | NOT_DYNAMODB_JSON | {'BS':['AA==','AAA=','AA==']}",
                "bad Base64 in a set | NOT_DYNAMODB_JSON | {'BS':['AA']}",
                "truncated | NOT_JSON | {'M':{'s3cret':"
            })
    void badValueIsRejectedWithItsReasonAndNotQuoted(String name, Reason reason, String value) {
        Rejection rejection = rejection(map(TEXT, "{\"id\":{\"S\":\"a\"},\"x\":" + value.replace('\'', '"') + "}"));
        assertThat(rejection.reason()).as(name + ": " + rejection.message()).isEqualTo(reason);
        assertThat(rejection.message())
                .doesNotContain("s3cret")
                .contains(reason == Reason.NOT_DYNAMODB_JSON ? "at character" : "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KEY_MISSING | {'x':{'S':'a'}}",
                "KEY_EMPTY | {'id':{'S':''}}",
                "KEY_WRONG_TYPE | {'id':{'N':'1'}}",
                "KEY_WRONG_TYPE | {'id':{'SS':['a']}}",
                "KEY_WRONG_TYPE | {'id':{'NULL':true}}",
                "KEY_WRONG_TYPE | {'id':{'M':{}}}",
                "NOT_DYNAMODB_JSON | {'id':'a'}",
                "NOT_DYNAMODB_JSON | {'id':{'S':1}}",
                "NOT_DYNAMODB_JSON | {'id':{'S':'a','N':'1'}}",
                "NOT_DYNAMODB_JSON | {'Item':{'id':{'S':'a'}}}",
                "NOT_AN_OBJECT | []",
                "NOT_JSON | {'id':{'S':'a'}} x"
            })
    void keyMustBePresentAndOfTheTablesType(Reason reason, String value) {
        assertThat(rejection(map(TEXT, value.replace('\'', '"'))).reason()).isEqualTo(reason);
    }

    @Test
    void limitsAreThoseOfTheItem() {
        String nested = "{\"N\":\"1\"}";
        for (int i = 0; i < 32; i++) {
            nested = i % 2 == 0 ? "{\"L\":[" + nested + "]}" : "{\"M\":{\"x\":" + nested + "}}";
        }
        assertThat(map(TEXT, "{\"id\":{\"S\":\"a\"},\"x\":" + nested + "}")).isInstanceOf(MappingResult.Accepted.class);
        assertThat(rejection(map(TEXT, "{\"id\":{\"S\":\"a\"},\"x\":{\"L\":[" + nested + "]}}"))
                        .reason())
                .isEqualTo(Reason.TOO_DEEP);
        byte[] bytes = new byte[400 * 1024 - 4];
        String largest =
                "{\"id\":{\"S\":\"a\"},\"x\":{\"B\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}}";
        assertThat(write(map(TEXT, largest)).itemBytes()).isEqualTo(400 * 1024);
        assertThat(rejection(map(TEXT, largest.replace("\"x\"", "\"xy\""))).reason())
                .isEqualTo(Reason.ITEM_TOO_LARGE);
        StringBuilder set = new StringBuilder("{\"id\":{\"S\":\"a\"},\"x\":{\"NS\":[\"0\"");
        for (int i = 1; i < 200_000; i++) {
            set.append(",\"").append(i).append('"');
        }
        assertThat(rejection(map(TEXT, set + "]}}")).reason()).isEqualTo(Reason.ITEM_TOO_LARGE);
    }

    @Test
    void otherContentTypesMeanPlainJson() {
        ItemMapper mapper = new ItemMapper(TEXT, KeySource.VALUE, KafkaKeyFormat.AUTO, Optional.empty());
        String plain = "{\"id\":\"a\"}";
        String typed = "{\"id\":{\"S\":\"a\"}}";
        for (String[] types : new String[][] {{}, {"application/json"}, {""}, {MARK + "-1.0"}, {MARK, "text/plain"}}) {
            assertThat(json(mapper.map(record(plain, types)))).isEqualTo(typed);
            assertThat(rejection(mapper.map(record(typed, types))).reason()).isEqualTo(Reason.KEY_WRONG_TYPE);
        }
        assertThat(json(mapper.map(record(typed, "application/json", MARK)))).isEqualTo(typed);
        SourceRecord withoutValue = new SourceRecord(
                "lane", 0, 0, 0, null, plain.getBytes(UTF_8), List.of(new RecordHeader("content-type", null)));
        assertThat(json(mapper.map(withoutValue))).isEqualTo(typed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'B':'AA=='} | ,'b':{'B':'AA=='} | ",
                "{'B':''} | DROPPED | INDEX_KEY_EMPTY",
                "{'NULL':true} | DROPPED | INDEX_KEY_EMPTY",
                "{'S':''} | | INDEX_KEY_WRONG_TYPE",
                "{'BOOL':true} | | INDEX_KEY_WRONG_TYPE",
                "{'NULL':false} | | NOT_DYNAMODB_JSON",
                "{'B':'AA'} | | NOT_DYNAMODB_JSON"
            })
    void keyOfAnIndexIsChecked(String value, String kept, Reason reason) {
        String item = ("{'id':{'S':'a'},'b':" + value + "}").replace('\'', '"');
        MappingResult strict = map(INDEXED, item);
        MappingResult dropping = new ItemMapper(
                        INDEXED, KeySource.VALUE, KafkaKeyFormat.AUTO, EmptyIndexKeys.DROP, Optional.empty())
                .map(record(item, MARK));
        if (reason == null) {
            assertThat(json(strict)).isEqualTo(("{'id':{'S':'a'}" + kept + "}").replace('\'', '"'));
            assertThat(write(strict).entries().indexes()).isEqualTo(1);
        } else {
            assertThat(rejection(strict).reason()).isEqualTo(reason);
        }
        if ("DROPPED".equals(kept)) {
            assertThat(json(dropping)).isEqualTo("{\"id\":{\"S\":\"a\"}}");
        } else if (reason != null) {
            assertThat(rejection(dropping).reason()).isEqualTo(reason);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'M':{'x':{'SS':['at']},'at':{'L':[{'NULL':true},{'N':'17'}]}}}",
                "{'M':{'at':{'L':[{'N':'1'},{'S':'1970-01-01T00:00:00.017Z'}]}}}"
            })
    void pointerToTheVersionIsThatOfPlainJson(String meta) {
        ItemMapper mapper = versioned("/meta/at/1");
        String item = ("{'id':{'S':'a'},'meta':" + meta + "}").replace('\'', '"');
        assertThat(write(mapper.map(record(item, MARK))).version().number()).isEqualByComparingTo("17");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/meta | {'M':{'N':{'N':'1'}}}",
                "/meta/M/at | {'M':{'at':{'N':'1'}}}",
                "/meta/N | {'N':'1'}",
                "/meta/0 | {'NS':['1']}",
                "/meta/2 | {'L':[{'N':'1'}]}",
                "/none | {'N':'1'}",
                "'' | {'N':'1'}"
            })
    void itemWithoutAVersionIsRejected(String pointer, String meta) {
        String item = ("{'id':{'S':'a'},'meta':" + meta + "}").replace('\'', '"');
        Rejection rejection = rejection(versioned(pointer).map(record(item, MARK)));
        assertThat(rejection.reason()).as(rejection.message()).isEqualTo(Reason.VERSION_MISSING);
    }

    private static ItemMapper versioned(String pointer) {
        VersionStamp stamp = new VersionStamp(
                new FieldVersion(JsonPointer.compile(pointer)),
                Lane.BACKFILL,
                "v",
                Optional.empty(),
                Clock.systemUTC());
        return new ItemMapper(TEXT, KeySource.VALUE, KafkaKeyFormat.AUTO, Optional.of(stamp));
    }

    @Test
    void attributesOfTheWriterAreReplaced() {
        String item = "{\"id\":{\"S\":\"a\"},\"v\":{\"N\":\"99\"},\"v_tie\":\"any\",\"at\":{\"N\":\"17\"}}";
        assertThat(json(versioned("/at").map(record(item, MARK))))
                .startsWith("{\"id\":{\"S\":\"a\"},\"at\":{\"N\":\"17\"},\"v\":{\"N\":\"17\"},\"v_tie\":{\"N\":");
    }

    @Test
    void keyCanComeFromTheKafkaKey() {
        ItemMapper mapper = new ItemMapper(TEXT, KeySource.KAFKA_KEY, KafkaKeyFormat.AUTO, Optional.empty());
        assertThat(json(mapper.map(record("{\"x\":{\"BOOL\":true}}", MARK))))
                .isEqualTo("{\"x\":{\"BOOL\":true},\"id\":{\"S\":\"a\"}}");
        assertThat(rejection(mapper.map(record("{\"id\":{\"S\":\"b\"}}", MARK))).reason())
                .isEqualTo(Reason.KEY_CONTRADICTED);
    }

    /** Items of random types are mapped to themselves; with random changes, to what is mapped to itself, or they are rejected. */
    @Test
    void randomItemsAreMappedToThemselves() throws IOException {
        long seed = Long.getLong("typed.seed", ThreadLocalRandom.current().nextLong());
        int accepted = 0;
        int rejected = 0;
        for (int i = 0; i < 3_000; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            String replay = "-Dtyped.seed=" + (seed + i);
            String compact = new Items(random, false).item();
            String spaced = new Items(new SplittableRandom(seed + i), true).item();
            Write write = write(map(TEXT, spaced));
            assertThat(new String(write.json(), UTF_8)).as(replay).isEqualTo(compact);
            try (JsonParser in = new StrictJson().parser(write.json())) {
                in.nextToken();
                // A sign counts as a digit.
                assertThat((long) write.itemBytes()).as(replay).isBetween(ItemSize.read(in), 2L * write.json().length);
            }
            byte[] changed = spaced.getBytes(UTF_8);
            int at = random.nextInt(changed.length);
            changed[at] = random.nextBoolean() ? (byte) random.nextInt(256) : changed[random.nextInt(changed.length)];
            String text = new String(changed, UTF_8);
            if (map(TEXT, text) instanceof MappingResult.Accepted some) {
                accepted++;
                String json = new String(some.write().json(), UTF_8);
                assertThat(json(map(TEXT, json))).as(replay).isEqualTo(json);
            } else {
                rejected++;
            }
        }
        assertThat(accepted).isGreaterThan(100);
        assertThat(rejected).isGreaterThan(100);
    }

    /** Writes random items, with white space and escapes or without; both are the same item for the same seed. */
    private static final class Items {
        private static final List<String> TEXTS = List.of("", "a", "b", "é", "😀", "0", "-");

        private final SplittableRandom random;
        private final boolean spaced;

        Items(SplittableRandom random, boolean spaced) {
            this.random = random;
            this.spaced = spaced;
        }

        private String space() {
            return spaced ? " \n" : "";
        }

        private String string(String text) {
            StringBuilder json = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                json.append(spaced ? String.format("\\u%04x", (int) text.charAt(i)) : text.charAt(i));
            }
            return json.append('"').toString();
        }

        String item() {
            List<String> fields = new ArrayList<>(List.of(string("id") + space() + ":{\"S\":" + string("k") + "}"));
            int count = random.nextInt(1, 6);
            for (int i = 0; i < count; i++) {
                fields.add(string("f" + i) + ":" + space() + value(0));
            }
            return space() + "{" + String.join(space() + "," + space(), fields) + "}" + space();
        }

        private String value(int depth) {
            String type = List.of("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
                    .get(random.nextInt(depth < 3 ? 10 : 8));
            String value =
                    switch (type) {
                        case "S" -> string(text());
                        case "N" -> string(number());
                        case "B" -> string(binary());
                        case "BOOL" -> String.valueOf(random.nextBoolean());
                        case "NULL" -> "true";
                        case "SS" -> set(TEXTS);
                        case "NS" ->
                            set(List.of("0", "1", "-1", "0.5", "12345678901234567890123456789012345678", "1E-130"));
                        case "BS" -> set(List.of("", "AA==", "AQ==", "AAA=", "AAAA"));
                        case "L" -> list(depth);
                        default -> map(depth);
                    };
            return "{" + space() + "\"" + type + "\"" + space() + ":" + value + space() + "}";
        }

        private String text() {
            return TEXTS.get(random.nextInt(TEXTS.size())) + TEXTS.get(random.nextInt(TEXTS.size()));
        }

        private String number() {
            return random.nextBoolean()
                    ? Integer.toString(random.nextInt())
                    : random.nextInt(1, 9) + "." + random.nextInt(1, 99);
        }

        private String binary() {
            byte[] bytes = new byte[random.nextInt(5)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt();
            }
            return Base64.getEncoder().encodeToString(bytes);
        }

        /** Some of these elements, in their order or turned. */
        private String set(List<String> elements) {
            int start = random.nextInt(elements.size());
            int size = random.nextInt(1, elements.size() + 1);
            List<String> some = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                some.add(string(elements.get((start + i) % elements.size())));
            }
            return "[" + String.join(space() + ",", some) + "]";
        }

        private String list(int depth) {
            List<String> elements = new ArrayList<>();
            int count = random.nextInt(4);
            for (int i = 0; i < count; i++) {
                elements.add(value(depth + 1));
            }
            return "[" + String.join("," + space(), elements) + "]";
        }

        private String map(int depth) {
            List<String> fields = new ArrayList<>();
            int count = random.nextInt(4);
            for (int i = 0; i < count; i++) {
                fields.add(string("ü" + i) + ":" + value(depth + 1));
            }
            return space() + "{" + String.join(",", fields) + "}";
        }
    }
}
