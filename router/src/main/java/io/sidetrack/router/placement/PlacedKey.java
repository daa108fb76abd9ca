package io.sidetrack.router.placement;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A record's key on its way to a sink, and what places it. A partitioner of Streams sees no headers, so it is told this
 * way.
 *
 * @param key not copied; may be null
 * @param place what places the record; null for its key
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: it only carries both to the sink.
public record PlacedKey(byte[] key, byte[] place) {
    /** The key's own bytes. */
    public static final Serializer<PlacedKey> BYTES = (topic, placed) -> placed == null ? null : placed.key();

    /** By {@link #place}, in the way in which producers place a key; without one it is left to the producer. */
    public static final StreamPartitioner<PlacedKey, byte[]> PARTITIONER = (topic, placed, value, partitions) ->
            placed.place == null ? Optional.empty() : Optional.of(Set.of(partition(placed.place, partitions)));

    /** The partition of what places a record. */
    public static int partition(byte[] place, int partitions) {
        return Utils.toPositive(Utils.murmur2(place)) % partitions;
    }
}
