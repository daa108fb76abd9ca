package io.sidetrack.ops.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Which items have the same content. */
class ContentDigesterTest {
    private final ContentDigester digester = new ContentDigester();

    private Content of(Map<String, AttributeValue> item) {
        return digester.of(item, name -> false);
    }

    private boolean areSame(AttributeValue one, AttributeValue other) {
        return of(Map.of("x", one)).isSameAs(of(Map.of("x", other)));
    }

    @Test
    void orderOfAttributesDoesNotMatter() {
        Map<String, AttributeValue> one = new LinkedHashMap<>();
        one.put("a", AttributeValue.fromS("1"));
        one.put("b", AttributeValue.fromS("2"));
        Map<String, AttributeValue> other = new LinkedHashMap<>();
        other.put("b", AttributeValue.fromS("2"));
        other.put("a", AttributeValue.fromS("1"));
        assertThat(of(one).isSameAs(of(other))).isTrue();
    }

    @Test
    void spellingsOfANumberAndOrdersOfASetAreTheSame() {
        assertThat(areSame(AttributeValue.fromN("100"), AttributeValue.fromN("1E+2")))
                .isTrue();
        assertThat(areSame(AttributeValue.fromN("1.0"), AttributeValue.fromN("1")))
                .isTrue();
        assertThat(areSame(AttributeValue.fromSs(List.of("a", "b")), AttributeValue.fromSs(List.of("b", "a"))))
                .isTrue();
        assertThat(areSame(AttributeValue.fromNs(List.of("1", "2.0")), AttributeValue.fromNs(List.of("2", "1"))))
                .isTrue();
    }

    @Test
    void typesAndNestedValuesMatter() {
        assertThat(areSame(AttributeValue.fromN("1"), AttributeValue.fromS("1")))
                .isFalse();
        assertThat(areSame(AttributeValue.fromS("a"), AttributeValue.fromB(SdkBytes.fromString("a", UTF_8))))
                .isFalse();
        assertThat(areSame(AttributeValue.fromBool(true), AttributeValue.fromBool(false)))
                .isFalse();
        assertThat(areSame(
                        AttributeValue.fromL(List.of(AttributeValue.fromS("a"), AttributeValue.fromS("b"))),
                        AttributeValue.fromL(List.of(AttributeValue.fromS("b"), AttributeValue.fromS("a")))))
                .isFalse();
        assertThat(areSame(
                        AttributeValue.fromM(Map.of("k", AttributeValue.fromNul(true))),
                        AttributeValue.fromM(Map.of("k", AttributeValue.fromS("")))))
                .isFalse();
        assertThat(areSame(AttributeValue.fromS("1"), AttributeValue.fromS("1 ")))
                .isFalse();
    }

    @Test
    void partsCannotBeShiftedBetweenAttributes() {
        Content one = of(Map.of("a", AttributeValue.fromS("bc")));
        Content other = of(Map.of("ab", AttributeValue.fromS("c")));
        assertThat(one.isSameAs(other)).isFalse();
    }

    @Test
    void differingAttributesAreNamed() {
        Content expected = of(Map.of(
                "id", AttributeValue.fromS("a"),
                "n", AttributeValue.fromN("1"),
                "gone", AttributeValue.fromN("1"),
                "lost", AttributeValue.fromN("1")));
        Content found = of(Map.of("id", AttributeValue.fromS("a"), "n", AttributeValue.fromN("2")));
        assertThat(found.differingFrom(expected)).containsExactly("n");
        assertThat(found.fewerThan(expected)).isEqualTo(2);
    }

    @Test
    void itemOfAWriteHasTheContentOfTheItemInTheTable() {
        byte[] json = ("{\"id\":{\"S\":\"ä\\n\"},\"n\":{\"N\":\"1.50\"},\"b\":{\"BOOL\":true},\"z\":{\"NULL\":true},"
                        + "\"l\":{\"L\":[{\"S\":\"x\"},{\"M\":{\"k\":{\"N\":\"2\"}}},{\"L\":[]}]},\"y\":{\"B\":\"AQI=\"}}")
                .getBytes(UTF_8);
        Map<String, AttributeValue> item = Map.of(
                "id", AttributeValue.fromS("ä\n"),
                "n", AttributeValue.fromN("1.5"),
                "b", AttributeValue.fromBool(true),
                "z", AttributeValue.fromNul(true),
                "y", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {1, 2})),
                "l",
                        AttributeValue.fromL(List.of(
                                AttributeValue.fromS("x"),
                                AttributeValue.fromM(Map.of("k", AttributeValue.fromN("2"))),
                                AttributeValue.fromL(List.of()))));
        assertThat(of(new WriteJson().attributes(json)).isSameAs(of(item))).isTrue();
    }
}
