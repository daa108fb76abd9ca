package io.sidetrack.router.placement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.sandbox.CollidingNames;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The partition key of a record, which nothing in the record can break. */
class PartitionByTest {
    private static final PartitionBy BY_VALUE = new PartitionBy.ByValue(JsonPointer.compile("/customer/id"));

    @Test
    void equalHeadersShareAPartitionAndDifferentHeadersSpread() {
        PartitionBy byTenant = new PartitionBy.ByHeader("tenant");
        Set<Integer> used = new HashSet<>();
        for (int tenant = 0; tenant < 100; tenant++) {
            byte[] name = ("t" + tenant).getBytes(UTF_8);
            Set<Integer> partitions = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                RecordHeaders headers = new RecordHeaders();
                headers.add("tenant", "no".getBytes(UTF_8)).add("tenant", name);
                byte[] bytes = byTenant.partitionKey(("k" + i).getBytes(UTF_8), null, headers)
                        .orElseThrow();
                partitions.add(PartitionBy.partition(bytes, 48));
            }
            // The partition that a producer chooses for a record with this key.
            assertThat(partitions).containsExactly(BuiltInPartitioner.partitionForKey(name, 48));
            used.addAll(partitions);
        }
        assertThat(used).hasSizeGreaterThan(35);
    }

    @Test
    void recordWithoutTheHeaderIsPartitionedByItsKey() {
        PartitionBy byTenant = new PartitionBy.ByHeader("tenant");
        assertThat(byTenant.partitionKey(new byte[1], null, new RecordHeaders()))
                .isEmpty();
        assertThat(byTenant.partitionKey(new byte[1], null, new RecordHeaders().add("tenant", null)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"customer\":{\"id\":\"7\"}}",
                "{\"customer\":{\"id\":7},\"n\":1}",
                " { \"n\": {\"id\":8}, \"customer\" : { \"x\":1, \"id\" : \"\\u0037\" } } "
            })
    void partOfTheValueIsFoundWhereverItIs(String value) {
        assertThat(of(value)).contains("7".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "7", "[]", "{\"customer\":null}", "{\"customer\":{\"id\":null}}", "\0"})
    void valueWithoutThePartIsPartitionedByTheKey(String value) {
        assertThat(of(value)).isEmpty();
        assertThat(BY_VALUE.partitionKey(new byte[1], null, new RecordHeaders()))
                .isEmpty();
    }

    @Test
    void lastOfTwoEqualFieldsCountsEvenIfItLacksThePart() {
        assertThat(of("{\"customer\":{\"id\":1},\"customer\":{\"id\":7}}")).contains("7".getBytes(UTF_8));
        assertThat(of("{\"customer\":{\"id\":1},\"customer\":{}}")).isEmpty();
        assertThat(of("{\"customer\":{\"id\":7}, broken")).isEmpty();
        assertThat(new PartitionBy.ByValue(JsonPointer.compile("/a/1"))
                        .partitionKey(null, "{\"a\":[0,{\"b\":[1, 2.50]}]}".getBytes(UTF_8), new RecordHeaders()))
                .contains("{\"b\":[1,2.5]}".getBytes(UTF_8));
    }

    @Test
    void collidingNamesDoNotAffectLaterRecords() {
        PartitionBy byName = new PartitionBy.ByValue(JsonPointer.compile("/supplier"));
        CollidingNames.poison("supplier").forEach(value -> byName.partitionKey(null, value, new RecordHeaders()));
        assertThat(byName.partitionKey(null, "{\"supplier\":\"7\"}".getBytes(UTF_8), new RecordHeaders()))
                .contains("7".getBytes(UTF_8));
    }

    private static Optional<byte[]> of(String value) {
        return BY_VALUE.partitionKey(new byte[1], value.getBytes(UTF_8), new RecordHeaders());
    }
}
