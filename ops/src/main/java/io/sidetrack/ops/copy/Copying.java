package io.sidetrack.ops.copy;

import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Which records are copied, and how. All parts must give the same result whenever they are called for a record, because a copy that
 * is interrupted calls them again.
 *
 * @param target the topic to copy to
 * @param selects whether a record of the slice is copied
 * @param placement the partition of a copy
 * @param headers the headers of a copy
 */
public record Copying(
        String target, Predicate<ConsumerRecord<byte[], byte[]>> selects, Placement placement, CopyHeaders headers) {
    /**
     * The copy of a record, with the same key and value. A topic with {@code CreateTime} rejects timestamps in the future, so the
     * timestamp is not later than now.
     */
    ProducerRecord<byte[], byte[]> copy(ConsumerRecord<byte[], byte[]> source, long nowMs) {
        return new ProducerRecord<>(
                target,
                placement.partition(source).orElse(null),
                Math.max(0, Math.min(source.timestamp(), nowMs)),
                source.key(),
                source.value(),
                headers.of(source));
    }
}
