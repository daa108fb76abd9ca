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
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What places a record, and that nothing in a record keeps it from being placed. */
class PartitionByTest {
    private static final PartitionBy BY_VALUE = new PartitionBy.ByValue(JsonPointer.compile("/customer/id"));

    @Test
    void sameHeaderIsTheSamePartitionAndManyHeadersAreMany() {
        PartitionBy byTenant = new PartitionBy.ByHeader("tenant");
        Set<Integer> used = new HashSet<>();
        for (int tenant = 0; tenant < 100; tenant++) {
            byte[] name = ("t" + tenant).getBytes(UTF_8);
            Set<Integer> partitions = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                Record<byte[], byte[]> record = new Record<>(
                        ("k" + i).getBytes(UTF_8),
                        null,
                        0,
                        new RecordHeaders().add("tenant", "no".getBytes(UTF_8)).add("tenant", name));
                PlacedKey placed = new PlacedKey(
                        record.key(),
                        byTenant.bytes(null, null, record.headers()).orElseThrow());
                partitions.addAll(PlacedKey.PARTITIONER
                        .partitions("lane", placed, null, 48)
                        .orElseThrow());
            }
            // As a producer would place a record that had it for its key.
            assertThat(partitions).containsExactly(BuiltInPartitioner.partitionForKey(name, 48));
            used.addAll(partitions);
        }
        assertThat(used).hasSizeGreaterThan(35);
    }

    @Test
    void recordWithoutTheHeaderIsPlacedByItsKey() {
        PartitionBy byTenant = new PartitionBy.ByHeader("tenant");
        assertThat(byTenant.bytes(new byte[1], null, new RecordHeaders())).isEmpty();
        assertThat(byTenant.bytes(new byte[1], null, new RecordHeaders().add("tenant", null)))
                .isEmpty();
        assertThat(PlacedKey.PARTITIONER.partitions("lane", new PlacedKey(new byte[1], null), null, 48))
                .as("left to the producer")
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
    void valueWithoutThePartIsPlacedByTheKey(String value) {
        assertThat(of(value)).isEmpty();
        assertThat(BY_VALUE.bytes(new byte[1], null, new RecordHeaders())).isEmpty();
    }

    @Test
    void lastOfTwoFieldsCountsAndOneWithoutThePartTakesItAway() {
        assertThat(of("{\"customer\":{\"id\":1},\"customer\":{\"id\":7}}")).contains("7".getBytes(UTF_8));
        assertThat(of("{\"customer\":{\"id\":1},\"customer\":{}}")).isEmpty();
        assertThat(of("{\"customer\":{\"id\":7}, broken")).isEmpty();
        assertThat(new PartitionBy.ByValue(JsonPointer.compile("/a/1"))
                        .bytes(null, "{\"a\":[0,{\"b\":[1, 2.50]}]}".getBytes(UTF_8), new RecordHeaders()))
                .contains("{\"b\":[1,2.5]}".getBytes(UTF_8));
    }

    @Test
    void recordsThatPoisonATableOfNamesDoNotAffectLaterOnes() {
        PartitionBy byName = new PartitionBy.ByValue(JsonPointer.compile("/supplier"));
        CollidingNames.poison("supplier").forEach(value -> byName.bytes(null, value, new RecordHeaders()));
        assertThat(byName.bytes(null, "{\"supplier\":\"7\"}".getBytes(UTF_8), new RecordHeaders()))
                .contains("7".getBytes(UTF_8));
    }

    private static Optional<byte[]> of(String value) {
        return BY_VALUE.bytes(new byte[1], value.getBytes(UTF_8), new RecordHeaders());
    }
}
