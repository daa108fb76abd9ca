package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * One change to a value's bytes.
 *
 * @param at the position, modulo the length of the value
 * @param bytes the bytes to insert
 * @param length how many bytes are deleted or repeated
 */
record Mutation(Kind kind, int at, byte[] bytes, int length) {
    /** Pieces on which parsers may differ, in well-formed UTF-8 or not. */
    static final List<byte[]> PIECES = pieces();

    /** The kind of change. */
    enum Kind {
        REPLACE,
        INSERT,
        DELETE,
        REPEAT,
        TRUNCATE,
        PREPEND,
        APPEND
    }

    private static List<byte[]> pieces() {
        Stream<byte[]> texts = Stream.of(
                        "\ufeff",
                        "é",
                        "€",
                        "😀",
                        "\u00a0",
                        "\u0085",
                        "\u2028",
                        "\u3000",
                        "\ufffe",
                        "\\",
                        "\"",
                        "\\\"",
                        "\\u",
                        "\\ud800",
                        "\\udc00",
                        "\\ud83d\\ude00",
                        "\\u0069",
                        "\0",
                        "\u0001",
                        "\u000b",
                        "\f",
                        "\u001e",
                        "\u001f",
                        "\u007f",
                        " ",
                        "\t",
                        "\n",
                        "\r",
                        "\r\n",
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "{}",
                        "[]",
                        "null",
                        "true",
                        "tru",
                        "NaN",
                        "0",
                        "00",
                        "-",
                        "+",
                        ".",
                        "e",
                        "E+",
                        "1E126",
                        "9".repeat(38),
                        "\"\":1,",
                        "\"x\":1,",
                        ",\"x\":1",
                        "{\"id\":\"b\"}",
                        "\ufeff{\"id\":\"b\"}",
                        "/**/",
                        "//\n",
                        "#",
                        "'",
                        "\"id\":",
                        "[".repeat(33))
                .map(text -> text.getBytes(UTF_8));
        Stream<byte[]> malformed = Stream.of(
                        "80",
                        "bf",
                        "c0",
                        "c3",
                        "ff",
                        "fe",
                        "c080",
                        "c0af",
                        "e282",
                        "e08080",
                        "eda080",
                        "edb080",
                        "eda0bdedb880",
                        "f09f98",
                        "f0808080",
                        "f4908080",
                        "f8888080",
                        "efbb",
                        "efbbbf",
                        "fffe",
                        "feff",
                        "7b00",
                        "007b")
                .map(HexFormat.of()::parseHex);
        return Stream.concat(texts, malformed).toList();
    }

    static Arbitrary<Mutation> any() {
        Arbitrary<byte[]> bytes = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.bytes().map(some -> new byte[] {some})),
                Tuple.of(1, Arbitraries.integers().between(0, PIECES.size() - 1).map(PIECES::get)));
        return Combinators.combine(
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(0, 1 << 20),
                        bytes,
                        Arbitraries.integers().between(1, 8))
                .as(Mutation::new);
    }

    /** Returns every single change at one position: each byte and each piece inserted or replaced, and bytes deleted. */
    static List<Mutation> allAt(int at) {
        List<Mutation> all = new ArrayList<>();
        for (int b = 0; b < 256; b++) {
            all.add(new Mutation(Kind.REPLACE, at, new byte[] {(byte) b}, 1));
            all.add(new Mutation(Kind.INSERT, at, new byte[] {(byte) b}, 0));
        }
        for (byte[] piece : PIECES) {
            all.add(new Mutation(Kind.REPLACE, at, piece, 1));
            all.add(new Mutation(Kind.INSERT, at, piece, 0));
        }
        for (int length = 1; length <= 8; length++) {
            all.add(new Mutation(Kind.DELETE, at, new byte[0], length));
            all.add(new Mutation(Kind.REPEAT, at, new byte[0], length));
        }
        all.add(new Mutation(Kind.TRUNCATE, at, new byte[0], 0));
        return all;
    }

    byte[] of(byte[] value) {
        int start = at % (value.length + 1);
        int end = Math.min(value.length, start + length);
        return switch (kind) {
            case REPLACE -> joined(value, start, bytes, Math.min(value.length, start + 1));
            case INSERT -> joined(value, start, bytes, start);
            case DELETE -> joined(value, start, new byte[0], end);
            case REPEAT -> joined(value, end, new byte[0], start);
            case TRUNCATE -> joined(value, start, new byte[0], value.length);
            case PREPEND -> joined(value, 0, bytes, 0);
            case APPEND -> joined(value, value.length, bytes, value.length);
        };
    }

    /** Returns the value up to {@code end}, followed by {@code more}, and the value from {@code start} on. */
    private static byte[] joined(byte[] value, int end, byte[] more, int start) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(value.length + more.length);
        all.write(value, 0, end);
        all.writeBytes(more);
        all.write(value, start, value.length - start);
        return all.toByteArray();
    }

    @Override
    public String toString() {
        return kind + " at " + at + ": " + HexFormat.of().formatHex(bytes) + ", length " + length;
    }
}
