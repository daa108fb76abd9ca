package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.sandbox.CollidingNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.header.Header;

/** Makes hostile records; the same ones again from the same seed. Not thread-safe. */
final class HostileRecords {
    /** What an item may have; a little less, for the id and the version. */
    private static final int MAX_ITEM_BYTES = 400 * 1024 - 1000;
    /** Kafka's own overhead for a batch of one record, with what the id and the key need. */
    private static final int OVERHEAD_BYTES = 200;

    private static final int BOMB_BYTES = 1024 * 1024 - OVERHEAD_BYTES;
    private static final List<Codec> COMPRESSING = List.of(Codec.GZIP, Codec.LZ4, Codec.ZSTD, Codec.SNAPPY);

    private final Random random;
    private final HostileHeaders headers;
    private final int maxBytes;
    private long made;

    /** @param maxBytes of a record batch in the topic, {@code max.message.bytes} */
    HostileRecords(long seed, int maxBytes) {
        this.random = new Random(seed);
        this.headers = new HostileHeaders(random);
        this.maxBytes = maxBytes;
    }

    /** Records of every kind, each as often as a wave has it, in any order. */
    List<HostileRecord> wave(Collection<HostileKind> kinds) {
        List<HostileRecord> wave = new ArrayList<>();
        for (HostileKind kind : kinds) {
            for (int i = 0; i < kind.perWave(); i++) {
                wave.add(next(kind, i));
            }
        }
        Collections.shuffle(wave, random);
        return wave;
    }

    /** @param index selects a variant, so that a few records already show all of them */
    HostileRecord next(HostileKind kind, int index) {
        String id = "h-" + kind.name().toLowerCase(Locale.ROOT) + "-" + made++;
        return switch (kind) {
            case SIZE -> size(id, index);
            case COMPRESSION_BOMB -> bomb(id);
            case MANY_NAMES -> named(kind, id, names(5_000));
            // 40,000 of them are more than an item may have, with their values; the parser reads them all the same.
            case COLLIDING_NAMES ->
                // It must not reach the table: DynamoDB Local's own parser is one that such names poison.
                record(
                        kind,
                        id,
                        named(id, CollidingNames.of(index == 0 ? 40_000 : 1_300, random)) + "x",
                        List.of(),
                        Fate.DEAD_LETTER);
            case DEEP -> deep(id, index);
            case WIDE -> named(kind, id, names(40_000));
            case MANY_HEADERS -> record(kind, id, plain(id), headers.many(10_000), Fate.TABLE);
            case LARGE_HEADER -> record(kind, id, plain(id), headers.large(maxBytes / 2), Fate.TABLE);
            case CONTROL_IN_KEY ->
                keyed(kind, (id + control()).getBytes(ISO_8859_1), index % 2 == 0 ? plain(id) : "{", id, index);
            case CONTROL_IN_HEADER ->
                record(
                        kind,
                        id,
                        index % 2 == 0 ? plain(id) : "{",
                        headers.control(control()),
                        index % 2 == 0 ? Fate.TABLE : Fate.DEAD_LETTER);
            case CONTROL_IN_VALUE -> controlInValue(id, index);
            case FORGED_TIMESTAMP -> forgedTimestamp(id, index);
            case FORGED_DEAD_LETTER -> record(kind, id, "{" + id, headers.deadLetter(control()), Fate.DEAD_LETTER);
            case FORGED_REPLAY -> forgedReplay(id, index);
            case BACKFILL_HEADER -> record(kind, id, plain(id), headers.backfill(index, control()), Fate.ANY_LANE);
            case TIMESTAMP_PAST -> at(kind, id, past(index), index == 0 ? Fate.TABLE_OR_DEAD_LETTER : Fate.TABLE);
            case TIMESTAMP_FUTURE -> future(id, index);
            case NULL_KEY -> keyed(kind, null, plain(id), id, 0);
            case TOMBSTONE -> tombstone(id, index);
            case BROKEN_UTF8 -> brokenUtf8(id, index);
            case WRONG_KEY_TYPE -> record(kind, id, wrongKey(id, index), List.of(), Fate.DEAD_LETTER);
            case BYTE_ORDER_MARK -> record(kind, id, "\uFEFF" + plain(id), List.of(), Fate.TABLE);
            case TRAILING_GARBAGE -> record(kind, id, plain(id) + garbage(index), List.of(), Fate.DEAD_LETTER);
            case DUPLICATE_FIELDS ->
                record(kind, id, "{\"id\":\"%s\",\"a\":1,\"\\u0061\":2}".formatted(id), List.of(), Fate.DEAD_LETTER);
            case EXTREME_NUMBER ->
                record(kind, id, "{\"id\":\"%s\",\"n\":%s}".formatted(id, number(index)), List.of(), Fate.DEAD_LETTER);
        };
    }

    private HostileRecord size(String id, int index) {
        int most = maxBytes - OVERHEAD_BYTES;
        int bytes =
                switch (index) {
                    case 0 -> 0;
                    case 1 -> most;
                    case 2 -> 1;
                    default -> (int) Math.exp(random.nextDouble() * Math.log(most));
                };
        String frame = "{\"id\":\"%s\",\"x\":\"\"}".formatted(id);
        if (bytes < frame.length()) {
            // Not unique, and need not be: what has an empty value is counted.
            return new HostileRecord(
                    HostileKind.SIZE,
                    Codec.NONE,
                    id.getBytes(UTF_8),
                    noise(bytes).getBytes(UTF_8),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Fate.DEAD_LETTER);
        }
        String value = frame.replace("\"\"", "\"" + noise(bytes - frame.length()) + "\"");
        return record(
                HostileKind.SIZE,
                id,
                value,
                List.of(),
                bytes < MAX_ITEM_BYTES ? Fate.TABLE : Fate.TABLE_OR_DEAD_LETTER);
    }

    private HostileRecord bomb(String id) {
        String spaces = " ".repeat(BOMB_BYTES - 2 * id.length());
        int shape = random.nextInt(3);
        String value =
                switch (shape) {
                    case 0 -> id + spaces;
                    case 1 -> "{\"id\":\"" + id + "\"" + spaces + "}";
                    default -> "{\"id\":\"" + id + "\",\"x\":\"" + spaces + "\"}";
                };
        return new HostileRecord(
                HostileKind.COMPRESSION_BOMB,
                COMPRESSING.get(random.nextInt(COMPRESSING.size())),
                id.getBytes(UTF_8),
                value.getBytes(UTF_8),
                List.of(),
                Optional.empty(),
                Optional.of(id),
                shape == 1 ? Fate.TABLE : Fate.DEAD_LETTER);
    }

    private List<String> names(int count) {
        List<String> names = new ArrayList<>();
        int salt = random.nextInt(1 << 20);
        for (int i = 0; i < count; i++) {
            names.add(Integer.toString(salt, Character.MAX_RADIX) + "_" + Integer.toString(i, Character.MAX_RADIX));
        }
        return names;
    }

    /** With an escape, so that no fast path for plain JSON takes it. */
    private HostileRecord named(HostileKind kind, String id, List<String> names) {
        boolean fits = names.size() < 20_000;
        return record(kind, id, named(id, names), List.of(), fits ? Fate.TABLE : Fate.TABLE_OR_DEAD_LETTER);
    }

    private static String named(String id, List<String> names) {
        StringBuilder value = new StringBuilder("{\"id\":\"").append(id).append("\",\"e\":\"\\u00e9\"");
        names.forEach(name -> value.append(",\"").append(name).append("\":1"));
        return value.append('}').toString();
    }

    private HostileRecord deep(String id, int index) {
        boolean fits = index == 0;
        int levels = fits ? 20 : index == 1 ? 34 : (int) Math.exp(random.nextDouble() * 8 + 4);
        boolean open = index % 3 == 2;
        String value = "{\"id\":\"" + id + "\",\"d\":" + "[".repeat(levels) + (open ? "" : "]".repeat(levels)) + "}";
        return record(HostileKind.DEEP, id, value, List.of(), fits ? Fate.TABLE : Fate.DEAD_LETTER);
    }

    private HostileRecord controlInValue(String id, int index) {
        return switch (index % 3) {
            // JSON forbids it as it is,
            case 0 ->
                record(
                        HostileKind.CONTROL_IN_VALUE,
                        id,
                        "{\"id\":\"" + id + "\",\"x\":\"" + (char) random.nextInt(0x20) + "\"}",
                        List.of(),
                        Fate.DEAD_LETTER);
            // and allows it escaped, also in a name, and in a key.
            case 1 -> {
                String name = id + "\u001b[2J" + control();
                yield new HostileRecord(
                        HostileKind.CONTROL_IN_VALUE,
                        Codec.NONE,
                        id.getBytes(UTF_8),
                        ("{\"id\":\"" + escaped(name) + "\",\"" + escaped(control()) + "\":1}").getBytes(UTF_8),
                        List.of(),
                        Optional.empty(),
                        Optional.of(name),
                        Fate.TABLE);
            }
            // Without its end, so that it is in the middle of what an error message may quote.
            default ->
                record(
                        HostileKind.CONTROL_IN_VALUE,
                        id,
                        "{\"id\":\"" + id + "\",\"" + escaped(control()) + "\":tru\u001b[31m\r\n",
                        List.of(),
                        Fate.DEAD_LETTER);
        };
    }

    private HostileRecord forgedTimestamp(String id, int index) {
        List<Header> forged = headers.timestamp(index);
        if (index % 2 == 0) {
            return neighbours(HostileKind.FORGED_TIMESTAMP, forged, Optional.empty());
        }
        return record(HostileKind.FORGED_TIMESTAMP, id, plain(id), forged, Fate.TABLE);
    }

    private HostileRecord forgedReplay(String id, int index) {
        if (index % 3 != 0) {
            return record(HostileKind.FORGED_REPLAY, id, "{" + id, headers.replay(), Fate.DEAD_LETTER);
        }
        // As much like a mark as a producer can make it.
        return new HostileRecord(
                HostileKind.FORGED_REPLAY,
                Codec.NONE,
                null,
                null,
                List.of(headers.mark()),
                Optional.empty(),
                Optional.empty(),
                Fate.DEAD_LETTER);
    }

    private HostileRecord future(String id, int index) {
        long atMs =
                switch (index % 3) {
                    case 0 -> Long.MAX_VALUE;
                    // More than the default limit of an hour, and more than a clock or a slow test can be off.
                    case 1 -> System.currentTimeMillis() + 86_400_000L;
                    default -> Long.MAX_VALUE - (random.nextLong() >>> 1 >>> random.nextInt(20));
                };
        return index % 2 == 0
                ? neighbours(HostileKind.TIMESTAMP_FUTURE, List.of(), Optional.of(atMs))
                : at(HostileKind.TIMESTAMP_FUTURE, id, atMs, Fate.DEAD_LETTER);
    }

    private long past(int index) {
        return switch (index) {
            case 0 -> -1;
            case 1 -> 0;
            case 2 -> 1;
            default -> random.nextLong(System.currentTimeMillis());
        };
    }

    /** A value of a neighbour's key that must not stay. */
    private HostileRecord neighbours(HostileKind kind, List<Header> forged, Optional<Long> timestampMs) {
        String id = Neighbours.key(random.nextInt(Neighbours.KEYS));
        return new HostileRecord(
                kind,
                Codec.NONE,
                id.getBytes(UTF_8),
                "{\"id\":\"%s\",\"v\":-%d}".formatted(id, made).getBytes(UTF_8),
                forged,
                timestampMs,
                Optional.of(id),
                Fate.SUPERSEDED_OR_DEAD_LETTER);
    }

    private HostileRecord at(HostileKind kind, String id, long timestampMs, Fate fate) {
        return new HostileRecord(
                kind,
                Codec.NONE,
                id.getBytes(UTF_8),
                plain(id).getBytes(UTF_8),
                List.of(),
                Optional.of(timestampMs),
                Optional.of(id),
                fate);
    }

    private HostileRecord tombstone(String id, int index) {
        byte[] key =
                switch (index) {
                    case 0 -> null;
                    case 1 -> new byte[0];
                    case 2 -> (id + '\u00ff').getBytes(ISO_8859_1);
                    default -> id.getBytes(UTF_8);
                };
        return new HostileRecord(
                HostileKind.TOMBSTONE,
                Codec.NONE,
                key,
                null,
                List.of(),
                Optional.empty(),
                index < 3 ? Optional.empty() : Optional.of(id),
                index < 3 ? Fate.DEAD_LETTER : Fate.TABLE);
    }

    private HostileRecord brokenUtf8(String id, int index) {
        if (index % 2 == 0) {
            return keyed(HostileKind.BROKEN_UTF8, (id + '\u00c3').getBytes(ISO_8859_1), plain(id), id, 0);
        }
        byte[] value = plain(id).getBytes(UTF_8);
        // Within the id; no byte of these can be where it is then.
        value[10] = (byte) (0xF8 | random.nextInt(8));
        return new HostileRecord(
                HostileKind.BROKEN_UTF8,
                Codec.NONE,
                id.getBytes(UTF_8),
                value,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Fate.DEAD_LETTER);
    }

    private static String wrongKey(String id, int index) {
        String wrong =
                switch (index % 6) {
                    case 0 -> "7";
                    case 1 -> "null";
                    case 2 -> "{\"S\":\"" + id + "\"}";
                    case 3 -> "\"\"";
                    case 4 -> "\"" + "x".repeat(2049) + "\"";
                    default -> "[\"" + id + "\"]";
                };
        return "{\"x\":\"" + id + "\",\"id\":" + wrong + "}";
    }

    private static String garbage(int index) {
        return List.of(" x", "{}", "\u0000", "]").get(index % 4);
    }

    private static String number(int index) {
        return switch (index % 4) {
            case 0 -> "1e1000000000";
            case 1 -> "1".repeat(39);
            case 2 -> "1e126";
            default -> "1e-1000000000";
        };
    }

    private HostileRecord keyed(HostileKind kind, byte[] key, String value, String id, int index) {
        return new HostileRecord(
                kind,
                Codec.NONE,
                key,
                value.getBytes(UTF_8),
                List.of(),
                Optional.empty(),
                Optional.of(id),
                index % 2 == 0 ? Fate.TABLE : Fate.DEAD_LETTER);
    }

    private HostileRecord record(HostileKind kind, String id, String value, List<Header> with, Fate fate) {
        return new HostileRecord(
                kind,
                Codec.NONE,
                id.getBytes(UTF_8),
                value.getBytes(UTF_8),
                with,
                Optional.empty(),
                Optional.of(id),
                fate);
    }

    private static String plain(String id) {
        return "{\"id\":\"" + id + "\"}";
    }

    /** All of C0, DEL and C1, in any order, as one character each. */
    private String control() {
        List<Character> all = new ArrayList<>();
        for (char c = 0; c < 0xA0; c++) {
            if (Character.isISOControl(c)) {
                all.add(c);
            }
        }
        Collections.shuffle(all, random);
        StringBuilder text = new StringBuilder();
        all.forEach(text::append);
        return text.append("\u001b]0;title\u0007\r\nERROR forged line").toString();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (Character.isISOControl(c) || c == '"' || c == '\\') {
                escaped.append(String.format("\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }

    /** Text that no compression makes much smaller. */
    private String noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            // 64 characters, none of which JSON escapes.
            bytes[i] = (byte) ('0' + (bytes[i] & 0x3F));
            if (bytes[i] == '\\') {
                bytes[i] = '~';
            }
        }
        return new String(bytes, UTF_8);
    }
}
