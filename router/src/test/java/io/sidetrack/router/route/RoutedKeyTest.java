package io.sidetrack.router.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.router.placement.PartitionBy;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How the partitioner of the sinks treats a record that is partitioned by something other than its key. */
class RoutedKeyTest {
    @Test
    void partitionKeyDeterminesThePartition() {
        byte[] partitionKey = "tenant".getBytes(UTF_8);
        assertThat(RoutedKey.PARTITIONER.partitions("lane", new RoutedKey(new byte[1], partitionKey), null, 48))
                .contains(Set.of(PartitionBy.partition(partitionKey, 48)));
    }

    @Test
    void withoutAPartitionKeyTheProducerChooses() {
        assertThat(RoutedKey.PARTITIONER.partitions("lane", new RoutedKey(new byte[1], null), null, 48))
                .isEmpty();
    }
}
