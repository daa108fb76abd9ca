package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Generates values that producers might send, most of them valid. Content on which two parsers are likely to differ is more
 * frequent than in real records: limits, escapes, surrogate pairs, long strings, deep nesting, and duplicate names.
 */
final class JsonDocuments {
    private static final int MAX_DEPTH = 3;

    private final TableSchema schema;
    private final List<String> specialNames;

    /** @param reserved attributes that the mapper omits */
    JsonDocuments(TableSchema schema, Set<String> reserved) {
        this.schema = schema;
        this.specialNames =
                new ArrayList<>(List.of("x", "", "id\\u0000", "\\u0069d", "\\ud83d\\ude00", "\\udc00", "😀"));
        specialNames.addAll(reserved.stream().sorted().toList());
        schema.keyAttributes().forEach(key -> specialNames.add(key.name()));
        schema.indexKeys().forEach(key -> specialNames.add(key.name()));
    }

    /** Generates JSON objects, including the white space around them. */
    Arbitrary<String> documents() {
        Arbitrary<List<String>> others = Arbitraries.frequencyOf(
                Tuple.of(600, fields(1).list().ofMaxSize(5)),
                Tuple.of(20, Arbitraries.integers().between(44, 52).map(JsonDocuments::manyFields)),
                Tuple.of(1, Arbitraries.integers().between(409_560, 409_610).map(JsonDocuments::largeField)));
        Arbitrary<Integer> positions = Arbitraries.integers().between(0, 1_000);
        Arbitrary<List<String>> fields = others;
        for (KeyAttribute key : schema.keyAttributes()) {
            fields = Combinators.combine(fields, keyFields(key), positions).as(JsonDocuments::with);
        }
        for (KeyAttribute key : schema.indexKeys()) {
            if (!schema.isKey(key.name())) {
                fields = Combinators.combine(fields, indexKeyFields(key), positions)
                        .as(JsonDocuments::with);
            }
        }
        return Combinators.combine(spaces(), fields, separators(), spaces())
                .as((before, all, separator, after) -> before + "{" + String.join(separator, all) + "}" + after);
    }

    private static List<String> with(List<String> fields, String keyField, int position) {
        List<String> all = new ArrayList<>(fields);
        if (!keyField.isEmpty()) {
            all.add(position % (all.size() + 1), keyField);
        }
        return all;
    }

    private static Arbitrary<String> keyFields(KeyAttribute key) {
        Arbitrary<String> valid =
                switch (key.type()) {
                    case S ->
                        Arbitraries.frequencyOf(
                                Tuple.of(24, JsonScalars.characters().map(text -> "\"k" + text + "\"")),
                                Tuple.of(2, JsonScalars.strings()),
                                Tuple.of(1, stringsAtTheKeyLimit(key)));
                    case N -> JsonScalars.numbers();
                    case B -> Arbitraries.of("\"AP8=\"", "\"\"", "\"%\"", "\"YQ==\"", "\"YQ\"", "\"Y\\u0051==\"");
                };
        Arbitrary<String> value = Arbitraries.frequencyOf(Tuple.of(20, valid), Tuple.of(1, values(1)));
        return Arbitraries.frequencyOf(
                Tuple.of(30, value.map(some -> "\"" + key.name() + "\":" + some)), Tuple.of(1, Arbitraries.just("")));
    }

    /** Generates fields of an index key: most are legal or missing, some are empty. */
    private static Arbitrary<String> indexKeyFields(KeyAttribute key) {
        return Arbitraries.frequencyOf(
                Tuple.of(20, keyFields(key)),
                Tuple.of(10, Arbitraries.just("")),
                Tuple.of(1, Arbitraries.of("null", "\"\"", " null").map(some -> "\"" + key.name() + "\":" + some)));
    }

    private static Arbitrary<String> stringsAtTheKeyLimit(KeyAttribute key) {
        return Combinators.combine(
                        Arbitraries.of("x", "é", "€", "😀"),
                        Arbitraries.integers().between(-2, 2))
                .as((piece, more) -> {
                    int bytes = piece.equals("x") ? 1 : piece.equals("é") ? 2 : piece.equals("€") ? 3 : 4;
                    return "\"" + piece.repeat(key.maxBytes() / bytes + more) + "\"";
                });
    }

    private Arbitrary<String> fields(int depth) {
        return Combinators.combine(names(), spaces(), spaces(), valuesWithMaps(depth))
                .as((name, before, after, value) -> "\"" + name + "\"" + before + ":" + after + value);
    }

    private Arbitrary<String> names() {
        return Arbitraries.frequencyOf(
                Tuple.of(400, Arbitraries.integers().between(0, 4_000).map(i -> "f" + i)),
                Tuple.of(16, Arbitraries.of(specialNames)),
                Tuple.of(32, JsonScalars.characters()),
                Tuple.of(1, hugeNames()));
    }

    private static Arbitrary<String> hugeNames() {
        return Combinators.combine(
                        Arbitraries.of("n", "é", "€", "😀"),
                        Arbitraries.integers().between(0, 6))
                .as((piece, more) -> {
                    int bytes = piece.equals("n") ? 1 : piece.equals("é") ? 2 : piece.equals("€") ? 3 : 4;
                    return piece.repeat((StrictItemEncoder.MAX_NAME_BYTES - 3) / bytes) + "n".repeat(more);
                });
    }

    private Arbitrary<String> valuesWithMaps(int depth) {
        if (depth == MAX_DEPTH) {
            return values(depth);
        }
        return Arbitraries.frequencyOf(
                Tuple.of(8, values(depth)),
                Tuple.of(
                        1,
                        Combinators.combine(fields(depth + 1).list().ofMaxSize(3), separators())
                                .as((fields, separator) -> "{" + String.join(separator, fields) + "}")));
    }

    private static Arbitrary<String> values(int depth) {
        Arbitrary<String> scalars = Arbitraries.frequencyOf(
                Tuple.of(12, JsonScalars.strings()),
                Tuple.of(12, JsonScalars.numbers()),
                Tuple.of(6, Arbitraries.of("true", "false", "null", "{}", "[]", "{ }", "[ ]")),
                Tuple.of(1, nested()));
        return depth == MAX_DEPTH
                ? scalars
                : Arbitraries.frequencyOf(
                        Tuple.of(10, scalars),
                        Tuple.of(
                                1,
                                Combinators.combine(values(depth + 1).list().ofMaxSize(4), separators())
                                        .as((values, separator) -> "[" + String.join(separator, values) + "]")));
    }

    /** Generates nested lists and maps, around the depths that the two encoders accept. */
    private static Arbitrary<String> nested() {
        Arbitrary<Integer> depths = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 40),
                Arbitraries.integers().between(14, 18),
                Arbitraries.integers().between(30, 34));
        return Combinators.combine(depths, Arbitraries.integers()).as((depth, maps) -> {
            StringBuilder open = new StringBuilder();
            StringBuilder close = new StringBuilder();
            for (int level = 0; level < depth; level++) {
                boolean isMap = (maps >>> (level % Integer.SIZE) & 1) == 1;
                open.append(isMap ? "{\"m\":" : "[");
                close.append(isMap ? '}' : ']');
            }
            return open + "0" + close.reverse();
        });
    }

    private static Arbitrary<String> separators() {
        return Arbitraries.of(",", ",", ",", " ,\n", "\t,\r");
    }

    private static Arbitrary<String> spaces() {
        return Arbitraries.of("", "", "", "", "", "", " ", "\n", "\r", "\t");
    }

    private static List<String> manyFields(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"n" + i + "\":" + i)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Returns a field that makes the item about as large as the limit. */
    private static List<String> largeField(int bytes) {
        return List.of("\"t\":\"" + "x".repeat(bytes) + "\"");
    }
}
