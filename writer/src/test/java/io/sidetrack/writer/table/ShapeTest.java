package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.item.ItemJson;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements contain all names and values of the item, in their order. */
class ShapeTest {
    private static final GuardAttributes GUARD = GuardAttributes.of("v");
    private static final TableSchema TABLE =
            new TableSchema("my-table", new KeyAttribute("id", KeyType.S, 2048), Optional.empty());
    private static final TableSchema SORTED = new TableSchema(
            "my-table", new KeyAttribute("id", KeyType.S, 2048), Optional.of(new KeyAttribute("n b", KeyType.N, 1024)));

    private static final String STAMP = "\"v\":{\"N\":\"5\"},\"v_tie\":{\"N\":\"-7\"},\"v_shape\":{\"S\":\"mine\"}}";
    private static final String ITEM = "{\"id\":{\"S\":\"a}\\\"{\\\\\"},\"n b\":{\"N\":\"1\"},"
            + "\"m\":{\"M\":{\"x\":{\"L\":[{\"S\":\"}\"}]}}}," + STAMP;

    private static final String SET =
            "{\"Statement\":\"UPDATE \\\"my-table\\\" SET \\\"n b\\\"=?,\\\"m\\\"=?,\\\"v\\\"=?,"
                    + "\\\"v_tie\\\"=?,\\\"v_shape\\\"=?";
    private static final String SET_VALUES = "{\"N\":\"1\"},{\"M\":{\"x\":{\"L\":[{\"S\":\"}\"}]}}},{\"N\":\"5\"},"
            + "{\"N\":\"-7\"},{\"S\":\"mine\"},{\"S\":\"a}\\\"{\\\\\"}";
    private static final String END = " RETURNING ALL OLD *\",\"Parameters\":[";
    private static final String ALL_OLD = "],\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}";

    private record Item(Shape shape, byte[] json, ItemJson.Spans spans) {
        static Item of(String json, TableSchema schema) {
            byte[] bytes = json.getBytes(UTF_8);
            ItemJson.Spans spans = ItemJson.spans(bytes);
            return new Item(new Shapes(schema, Optional.of(GUARD)).of(bytes, spans), bytes, spans);
        }

        Optional<String> insert() {
            return shape.insert(json, spans).map(Item::text);
        }

        Optional<String> update() {
            return shape.update(json, spans).map(Item::text);
        }

        Optional<String> replace(StoredItem seen) {
            return shape.replace(json, spans, seen).map(Item::text);
        }

        private static String text(ItemStatement statement) {
            byte[] text = new byte[statement.length()];
            assertThat(statement.writeTo(text, 0)).isEqualTo(text.length);
            return new String(text, UTF_8);
        }
    }

    private static StoredItem seen(Optional<StoredItem.Value> version, String... names) {
        Optional<StoredItem.Value> tie = version.map(any -> new StoredItem.Value("N", "3"));
        return new StoredItem(List.of(names), version, tie, Optional.empty(), 10);
    }

    @Test
    void insertHasAllNamesInItsTextAndAllValuesAsParameters() {
        assertThat(Item.of("{\"id\":{\"S\":\"a}\\\"{\\\\\"},\"n b\":{\"N\":\"1\"}}", TABLE)
                        .insert())
                .contains("{\"Statement\":\"INSERT INTO \\\"my-table\\\" VALUE {'id':?,'n b':?}\",\"Parameters\":["
                        + "{\"S\":\"a}\\\"{\\\\\"},{\"N\":\"1\"}]}");
    }

    @Test
    void updateSetsAllButTheKeyIfTheItemIsOlderAndOfTheSameShape() {
        assertThat(Item.of(ITEM, TABLE).update())
                .contains(SET
                        + " WHERE \\\"id\\\"=? AND (\\\"v\\\"<? OR (\\\"v\\\"=? AND \\\"v_tie\\\"<=?)) AND \\\"v_shape\\\"=?"
                        + END + SET_VALUES + ",{\"N\":\"5\"},{\"N\":\"5\"},{\"N\":\"-7\"},{\"S\":\"mine\"}" + ALL_OLD);
    }

    @Test
    void sortKeyIsPartOfTheCondition() {
        assertThat(Item.of(ITEM, SORTED).update().orElseThrow())
                .contains("SET \\\"m\\\"=?,", " WHERE \\\"id\\\"=? AND \\\"n b\\\"=? AND (")
                .contains("{\"S\":\"a}\\\"{\\\\\"},{\"N\":\"1\"},{\"N\":\"5\"},{\"N\":\"5\"}");
    }

    @Test
    void replacementRemovesOtherAttributesIfTheItemIsStillWhatWasSeen() {
        assertThat(Item.of(ITEM, TABLE)
                        .replace(seen(Optional.of(new StoredItem.Value("N", "4")), "id", "old", "m", "v", "it-s old")))
                .contains(SET + " REMOVE \\\"old\\\" REMOVE \\\"it-s old\\\" WHERE \\\"id\\\"=? AND \\\"v\\\"=?"
                        + " AND \\\"v_tie\\\"=? AND \\\"v_shape\\\" IS MISSING" + END + SET_VALUES
                        + ",{\"N\":\"4\"},{\"N\":\"3\"}" + ALL_OLD);
    }

    @Test
    void replacementOfAnItemWithoutAVersionRequiresThatItStillHasNone() {
        assertThat(Item.of(ITEM, TABLE).replace(seen(Optional.empty(), "id")).orElseThrow())
                .contains(" WHERE \\\"id\\\"=? AND \\\"v\\\" IS MISSING AND \\\"v_tie\\\" IS MISSING AND"
                        + " \\\"v_shape\\\" IS MISSING RETURNING");
    }

    @Test
    void itemWithAVersionOfAnotherTypeIsNotReplacedByAStatement() {
        assertThat(Item.of(ITEM, TABLE).replace(seen(Optional.of(new StoredItem.Value("S", "4")), "id")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "\\\"", "\\\\", "\u00e4", "tab\\t"})
    void nameThatNeedsEscapingHasNoStatement(String name) {
        Item item = Item.of("{\"id\":{\"S\":\"a\"},\"" + name + "\":{\"N\":\"1\"}," + STAMP, TABLE);
        assertThat(item.insert()).isEmpty();
        assertThat(item.update()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#x", ":x", "a.b", "a[0]"})
    void nameThatAnUpdateCouldReadAsSomethingElseHasNoUpdate(String name) {
        Item item = Item.of("{\"id\":{\"S\":\"a\"},\"" + name + "\":{\"N\":\"1\"}," + STAMP, TABLE);
        assertThat(item.insert()).isPresent();
        assertThat(item.update()).isEmpty();
        assertThat(Item.of(ITEM, TABLE).replace(seen(Optional.empty(), "id", name)))
                .isEmpty();
    }

    @Test
    void itemWithoutAFingerprintHasNoUpdate() {
        Item item = Item.of("{\"id\":{\"S\":\"a\"},\"v\":{\"N\":\"1\"},\"v_tie\":{\"N\":\"1\"}}", TABLE);
        assertThat(item.insert()).isPresent();
        assertThat(item.update()).isEmpty();
    }

    @Test
    void textAboveTheLimitHasNoStatement() {
        // INSERT INTO "my-table" VALUE {'id':?,'':?} has 42 characters.
        assertThat(Item.of(wide(8192 - 42), TABLE).insert().orElseThrow()).contains("x".repeat(8192 - 42));
        assertThat(Item.of(wide(8192 - 41), TABLE).insert()).isEmpty();
        int update = Item.of(wide(1).replace("}}", "}," + STAMP), TABLE)
                        .update()
                        .orElseThrow()
                        .replace("\\", "")
                        .indexOf("\",\"Parameters")
                - "{\"Statement\":\"".length();
        assertThat(Item.of(wide(8192 - update + 1).replace("}}", "}," + STAMP), TABLE)
                        .update())
                .isPresent();
        assertThat(Item.of(wide(8192 - update + 2).replace("}}", "}," + STAMP), TABLE)
                        .update())
                .isEmpty();
    }

    private static String wide(int nameLength) {
        return "{\"id\":{\"S\":\"a\"},\"" + "x".repeat(nameLength) + "\":{\"N\":\"1\"}}";
    }

    @Test
    void itemWithTooManyAttributesForAnUpdateIsInsertedOnly() {
        StringBuilder many = new StringBuilder("{\"id\":{\"S\":\"a\"},");
        for (int i = 0; i < 248; i++) {
            many.append("\"a").append(i).append("\":{\"N\":\"1\"},");
        }
        Item item = Item.of(many + STAMP, TABLE);
        assertThat(item.insert()).isPresent();
        assertThat(item.update()).isEmpty();
    }

    @Test
    void cachedShapesAreNotMixedUp() {
        Shapes shapes = new Shapes(TABLE, Optional.of(GUARD));
        List<byte[]> items = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            // Names of which some have the same length, hash and characters as others.
            String name = i % 2 == 0 ? "Aa" + i / 2 : "BB" + i / 2;
            items.add(("{\"id\":{\"S\":\"a\"},\"" + name + "\":{\"N\":\"1\"}}").getBytes(UTF_8));
        }
        for (int round = 0; round < 2; round++) {
            for (byte[] item : items) {
                ItemJson.Spans spans = ItemJson.spans(item);
                String name = new String(item, spans.nameStart(1), spans.nameEnd(1) - spans.nameStart(1), UTF_8);
                assertThat(shapes.of(item, spans).has(name)).isTrue();
                assertThat(shapes.of(item, spans)).isSameAs(shapes.of(item, spans));
            }
        }
    }
}
