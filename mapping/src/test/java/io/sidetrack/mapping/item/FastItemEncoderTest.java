package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * The fast encoder accepts nothing that the strict one rejects, and produces the same item. A failure prints the seed;
 * {@code -Dencoder.seed=N} runs the same records again.
 */
class FastItemEncoderTest {
    private static final int RECORDS = 200_000;

    private final TableSchema schema = new TableSchema(
            "t", new KeyAttribute("id", KeyType.S, 2048), Optional.of(new KeyAttribute("\u00e4t", KeyType.N, 1024)));
    private final ItemMapper mapper = new ItemMapper(schema, KeySource.VALUE, KafkaKeyFormat.AUTO, Optional.empty());

    @Test
    void itemsEqualThoseOfTheStrictEncoder() {
        long seed = Long.getLong("encoder.seed", ThreadLocalRandom.current().nextLong());
        SplittableRandom random = new SplittableRandom(seed);
        int encoded = 0;
        for (int i = 0; i < RECORDS; i++) {
            byte[] value = (random.nextInt(3) > 0 ? damaged(object(random, true), random) : object(random, true))
                    .getBytes(UTF_8);
            FastItemEncoder item = new FastItemEncoder(value, schema, FastItemEncoder.Names.of(schema, Set.of()));
            if (item.encode()) {
                encoded++;
                String text = "-Dencoder.seed=" + seed + ", record " + i + ": " + new String(value, UTF_8);
                Write strict = strict(value, text);
                assertThat(new String(item.json(), UTF_8)).as(text).isEqualTo(new String(strict.json(), UTF_8));
                assertThat(item.key()).as(text).isEqualTo(strict.key());
                assertThat(item.bytes()).as(text).isEqualTo(strict.itemBytes());
            }
        }
        assertThat(encoded).as("-Dencoder.seed=" + seed).isBetween(RECORDS / 10, RECORDS * 9 / 10);
    }

    @Test
    void ordinaryRecordsAreEncoded() {
        for (String value : List.of(
                "{\"id\":\"a\",\"\u00e4t\":1}",
                " { \"\u00e4t\" : -1.50 , \"id\" : \"\u00fc\ud83d\ude00\" , \"n\" : [ 1 , 2.0 , [ ] , { } ] , \"b\" : true }\n",
                "{\"id\":\"a\",\"\u00e4t\":0,\"m\":{\"id\":null,\"x\":{\"y\":false}},\"l\":[]}")) {
            assertThat(new FastItemEncoder(value.getBytes(UTF_8), schema, FastItemEncoder.Names.of(schema, Set.of()))
                            .encode())
                    .as(value)
                    .isTrue();
        }
    }

    private Write strict(byte[] value, String text) {
        try {
            return mapper.strictPut(new SourceRecord("t", 0, 0, 0, null, value, List.of()), value, false)
                    .write();
        } catch (RejectedException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String object(SplittableRandom random, boolean top) {
        StringBuilder json = new StringBuilder("{");
        if (top) {
            json.append("\"id\":")
                    .append(random.nextInt(20) == 0 ? value(random, 0) : string(random))
                    .append(",");
            json.append("\"\u00e4t\":").append(random.nextInt(20) == 0 ? value(random, 0) : number(random));
        }
        int fields = random.nextInt(random.nextInt(40) == 0 ? 60 : 6);
        for (int i = 0; i < fields; i++) {
            json.append(i > 0 || top ? "," : "").append(space(random));
            json.append('"')
                    .append(random.nextInt(8) == 0 ? "x" : "f" + i)
                    .append('"')
                    .append(space(random));
            json.append(':')
                    .append(space(random))
                    .append(value(random, top ? 0 : 1))
                    .append(space(random));
        }
        return json.append("}").toString();
    }

    private static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 9)) {
            case 0, 1 -> string(random);
            case 2, 3 -> number(random);
            case 4 -> random.nextBoolean() ? "true" : "false";
            case 5 -> "null";
            case 6 -> object(random, false);
            case 7 -> "[" + value(random, depth + 1) + space(random) + "," + value(random, depth + 1) + "]";
            default -> "[".repeat(random.nextInt(1, 20)) + "]".repeat(random.nextInt(1, 20));
        };
    }

    private static String string(SplittableRandom random) {
        String[] parts = {
            "a", "B", " ", "\u00e9", "\u4e2d", "\ud83d\ude00", "\u2028", "\u007f", "0", "-", "{", ",", "]", "/"
        };
        StringBuilder text = new StringBuilder("\"");
        for (int i = random.nextInt(6); i >= 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        if (random.nextInt(12) == 0) {
            text.append(
                    List.of("\\n", "\\u0041", "\\ud800", "\\\"", "\\x", "\t").get(random.nextInt(6)));
        }
        return text.append('"').toString();
    }

    private static String number(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> Integer.toString(random.nextInt());
            case 1 -> "0";
            case 2 -> random.nextInt(1000) + "." + random.nextInt(100) + "0".repeat(random.nextInt(4));
            case 3 -> "-0." + "0".repeat(random.nextInt(5)) + random.nextInt(100);
            case 4 -> random.nextInt(10) + "0".repeat(random.nextInt(20));
            case 5 -> Long.toString(random.nextLong());
            case 6 -> random.nextInt(10) + "e" + random.nextInt(-140, 140);
            default -> "-" + random.nextInt(1000);
        };
    }

    private static String space(SplittableRandom random) {
        return random.nextInt(10) == 0 ? List.of(" ", "\n", "\t ", "\r").get(random.nextInt(4)) : "";
    }

    /** Returns the JSON with one character inserted, removed or replaced, or cut off. */
    private static String damaged(String json, SplittableRandom random) {
        String some = "{}[]\",:0123456789.-+eE\\ntrufalse \t";
        int at = random.nextInt(json.length());
        char c = some.charAt(random.nextInt(some.length()));
        return switch (random.nextInt(4)) {
            case 0 -> json.substring(0, at) + c + json.substring(at);
            case 1 -> json.substring(0, at) + json.substring(at + 1);
            case 2 -> json.substring(0, at);
            default -> json.substring(0, at) + c + json.substring(at + 1);
        };
    }
}
