package io.sidetrack.common.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The default names of groups. */
class DefaultNamesTest {
    @ParameterizedTest
    @CsvSource({
        "orders-live, orders, sidetrack-writer-orders-live~orders",
        "orders-live, arn:aws:dynamodb:eu-central-1:123456789012:table/orders, sidetrack-writer-orders-live~orders",
        "orders-live, arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/a.b_c, sidetrack-writer-orders-live~a.b_c",
        "orders-live, arn:nonsense, sidetrack-writer-orders-live~arn:nonsense",
        "lane, no/table, sidetrack-writer-lane~no/table"
    })
    void groupIsNamedAfterLaneAndTable(String lane, String table, String group) {
        assertThat(DefaultNames.writerGroup(lane, table)).isEqualTo(group);
    }

    @Test
    void twoPairsNeverHaveTheSameGroup() {
        List<String> parts = List.of("a", "b", "a-b", "b-c", "c", "a.b", "-", ".", "_", "a--b", "-b", "b-");
        Map<String, List<String>> groups = new HashMap<>();
        for (String lane : parts) {
            for (String table : parts) {
                assertThat(groups.put(DefaultNames.writerGroup(lane, table), List.of(lane, table)))
                        .as("the pair with the same group as %s and %s", lane, table)
                        .isNull();
            }
        }
        // This holds for all names, because no topic name can contain the separator.
        assertThat(isTopicName("a-b")).isTrue();
        assertThat(isTopicName("a~b")).isFalse();
    }

    private static boolean isTopicName(String name) {
        try {
            Topic.validate(name);
            return true;
        } catch (InvalidTopicException e) {
            return false;
        }
    }

    @Test
    void formerGroupDiffersFromTheCurrentOne() {
        assertThat(DefaultNames.formerWriterGroup("orders-live")).isEqualTo("sidetrack-writer-orders-live");
        assertThat(DefaultNames.copyCommand("t", "g", "h"))
                .isEqualTo("sidetrack copy-offsets --topic t --from g --to h");
    }
}
