package io.sidetrack.ops.copy;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;

/** Chooses the partition of a copy. Always chooses the same one for records of one key in one partition, which keeps their order. */
@FunctionalInterface
public interface Placement {
    /** The partition of the target; empty for any partition. */
    Optional<Integer> partition(ConsumerRecord<byte[], byte[]> source);

    /**
     * By the key, with murmur2, as producers and the router do. A record without a key goes to any partition.
     *
     * @param partitions the number of partitions of the target
     */
    static Placement byKey(int partitions) {
        return source ->
                Optional.ofNullable(source.key()).map(key -> Utils.toPositive(Utils.murmur2(key)) % partitions);
    }

    /** The partition of the same number, which the target must have. */
    static Placement samePartition() {
        return source -> Optional.of(source.partition());
    }
}
