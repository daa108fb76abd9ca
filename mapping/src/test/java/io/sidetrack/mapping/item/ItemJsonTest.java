package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.item.ItemJson.Attribute;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the attributes of an item are, and how attributes are appended. */
class ItemJsonTest {
    @Test
    void attributesAreAppendedInTheirOrder() {
        byte[] item = "{\"id\":{\"S\":\"ä}\"}}".getBytes(UTF_8);
        assertThat(ItemJson.with(item, List.of(Attribute.number("v", "-1.5E+3"), Attribute.ofTrue("v_deleted"))))
                .asString(UTF_8)
                .isEqualTo("{\"id\":{\"S\":\"ä}\"},\"v\":{\"N\":\"-1.5E+3\"},\"v_deleted\":{\"BOOL\":true}}");
    }

    @Test
    void itemWithoutNewAttributesIsUnchanged() {
        byte[] item = "{\"id\":{\"S\":\"a\"}}".getBytes(UTF_8);
        assertThat(ItemJson.with(item, List.of())).isEqualTo(item);
    }

    @Test
    void sizeOfAnAttributeIsThatOfItsNameAndValue() {
        assertThat(Attribute.number("ver", "12345").bytes()).isEqualTo(3 + 3 + 1);
        assertThat(Attribute.ofTrue("gone").bytes()).isEqualTo(4 + 1);
    }

    @Test
    void spansContainEveryNameAndValue() {
        assertThat(attributes("{\"id\":{\"S\":\"a\"}}")).containsExactly("id={\"S\":\"a\"}");
        assertThat(attributes(
                        "{\"ä\":{\"N\":\"-1\"},\"\\\"{,\":{\"L\":[{\"M\":{\"x\":{\"S\":\"}\"}}},{\"NULL\":true}]},"
                                + "\"b\\\\\":{\"M\":{}},\"e\":{\"S\":\"\\\\\\\"}{\"}}"))
                .containsExactly(
                        "ä={\"N\":\"-1\"}",
                        "\\\"{,={\"L\":[{\"M\":{\"x\":{\"S\":\"}\"}}},{\"NULL\":true}]}",
                        "b\\\\={\"M\":{}}",
                        "e={\"S\":\"\\\\\\\"}{\"}");
    }

    @Test
    void spansOfManyAttributesAreComplete() {
        StringBuilder item = new StringBuilder("{\"id\":{\"S\":\"a\"}");
        List<String> expected = new ArrayList<>(List.of("id={\"S\":\"a\"}"));
        for (int i = 1; i < 500; i++) {
            item.append(",\"n%d\":{\"N\":\"%d\"}".formatted(i, i));
            expected.add("n%d={\"N\":\"%d\"}".formatted(i, i));
        }
        assertThat(attributes(item + "}")).isEqualTo(expected);
    }

    private static List<String> attributes(String json) {
        byte[] item = json.getBytes(UTF_8);
        ItemJson.Spans spans = ItemJson.spans(item);
        List<String> attributes = new ArrayList<>();
        for (int i = 0; i < spans.count(); i++) {
            attributes.add(text(item, spans.nameStart(i), spans.nameEnd(i)) + "="
                    + text(item, spans.valueStart(i), spans.valueEnd(i)));
        }
        return attributes;
    }

    private static String text(byte[] item, int start, int end) {
        return new String(item, start, end - start, UTF_8);
    }
}
