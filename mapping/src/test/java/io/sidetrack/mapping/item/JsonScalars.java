package io.sidetrack.mapping.item;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Generates JSON strings and numbers, most of them valid: escapes, surrogate pairs, and DynamoDB's limits of numbers. */
final class JsonScalars {
    private JsonScalars() {}

    static Arbitrary<String> strings() {
        return Arbitraries.frequencyOf(Tuple.of(80, characters()), Tuple.of(1, longStrings()))
                .map(text -> "\"" + text + "\"");
    }

    static Arbitrary<String> characters() {
        Arbitrary<String> plain = Arbitraries.of(
                "a",
                "B",
                " ",
                "0",
                "-",
                "{",
                "}",
                ",",
                "]",
                ":",
                "/",
                "'",
                "\u007f",
                "\u0080",
                "é",
                "\u07ff",
                "\u0800",
                "中",
                "\u2028",
                "\ufeff",
                "\ufffd",
                "\uffff",
                "😀",
                "\udbff\udfff");
        Arbitrary<String> escaped = Arbitraries.of(
                "\\n",
                "\\\\",
                "\\\"",
                "\\/",
                "\\u0000",
                "\\u0041",
                "\\u00e9",
                "\\ud83d\\ude00",
                "\\uD83D\\uDE00",
                "\\ud800",
                "\\udc00",
                "\\ud800x",
                "\\ude00\\ud83d",
                "\\x",
                "\\u12",
                "\t",
                "\u0001");
        Arbitrary<String> plainText = plain.list().ofMaxSize(6).map(JsonScalars::joined);
        Arbitrary<String> anyText = Arbitraries.frequencyOf(Tuple.of(2, plain), Tuple.of(1, escaped))
                .list()
                .ofMaxSize(4)
                .map(JsonScalars::joined);
        return Arbitraries.frequencyOf(Tuple.of(24, plainText), Tuple.of(1, anyText));
    }

    private static String joined(List<String> parts) {
        return String.join("", parts);
    }

    /** Generates strings that span several buffers of the parser and the generator, with characters across their ends. */
    private static Arbitrary<String> longStrings() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.of("x", "é", "€", "😀", "😀é", "\\n", "\\ud83d\\ude00", "\\u00e9😀"),
                        Arbitraries.integers().between(1, 9_000))
                .as((offset, piece, times) -> "x".repeat(offset) + piece.repeat(times));
    }

    static Arbitrary<String> numbers() {
        Arbitrary<String> digits = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(18)),
                Tuple.of(
                        2,
                        Arbitraries.strings()
                                .withChars('0', '9')
                                .ofMinLength(36)
                                .ofMaxLength(40)),
                Tuple.of(2, Arbitraries.integers().between(0, 130).map(zeros -> "1" + "0".repeat(zeros))));
        Arbitrary<String> fractions = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just("")),
                Tuple.of(
                        2,
                        Arbitraries.strings()
                                .withChars('0', '1', '9')
                                .ofMinLength(1)
                                .ofMaxLength(6)
                                .map(some -> "." + some)),
                Tuple.of(1, Arbitraries.integers().between(0, 131).map(zeros -> "." + "0".repeat(zeros) + "1")));
        Arbitrary<String> exponents = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just("")),
                Tuple.of(
                        1,
                        Combinators.combine(
                                        Arbitraries.of("e", "E", "e+", "E-"),
                                        Arbitraries.integers().between(0, 140))
                                .as((sign, exponent) -> sign + exponent)));
        Arbitrary<String> any = Combinators.combine(Arbitraries.of("", "", "-"), digits, fractions, exponents)
                .as((sign, whole, fraction, exponent) -> sign
                        + (whole.matches("0+.+") ? whole.replaceFirst("^0+(?=.)", "") : whole)
                        + fraction
                        + exponent);
        Arbitrary<String> limits = Arbitraries.of(
                "0",
                "-0",
                "-0.0",
                "0e0",
                "0.00",
                "00",
                "01",
                "-",
                "-01",
                "1.",
                ".5",
                "+1",
                "1e",
                "1e+",
                "1.e1",
                "1E-130",
                "1E-131",
                "-1E-130",
                "9.99E125",
                "9.99E+125",
                "1E126",
                "99E124",
                "99E125",
                "0.1E-129",
                "0.1E-130",
                "1E400",
                "1E99999999999",
                "9".repeat(38),
                "9".repeat(39),
                "9".repeat(38) + "0",
                "0." + "9".repeat(38),
                "1" + "0".repeat(125),
                "1" + "0".repeat(126),
                "9".repeat(17),
                "-" + "9".repeat(17),
                "9".repeat(18),
                "9".repeat(19),
                "1." + "0".repeat(16),
                "1." + "0".repeat(17),
                "1." + "0".repeat(1000),
                "NaN",
                "-Infinity");
        return Arbitraries.frequencyOf(
                Tuple.of(24, Arbitraries.integers().map(String::valueOf)), Tuple.of(12, any), Tuple.of(2, limits));
    }
}
