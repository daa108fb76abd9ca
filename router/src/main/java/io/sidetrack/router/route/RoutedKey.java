package io.sidetrack.router.route;

import io.sidetrack.router.placement.PartitionBy;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A record's key together with its partition key, on the way to a sink. A partitioner of Streams receives no headers, so the
 * partition key travels inside the record's key.
 *
 * @param key not copied; may be null
 * @param partitionKey the bytes that determine the partition; null if the key does
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: it only carries both to the sink.
public record RoutedKey(byte[] key, byte[] partitionKey) {
    /** Writes the key's own bytes. */
    public static final Serializer<RoutedKey> BYTES = (topic, routed) -> routed == null ? null : routed.key();

    /** Uses the {@link #partitionKey} as producers use a key; without one, leaves the choice to the producer. */
    public static final StreamPartitioner<RoutedKey, byte[]> PARTITIONER =
            (topic, routed, value, partitions) -> routed.partitionKey == null
                    ? Optional.empty()
                    : Optional.of(Set.of(PartitionBy.partition(routed.partitionKey, partitions)));
}
