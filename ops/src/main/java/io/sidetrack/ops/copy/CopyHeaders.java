package io.sidetrack.ops.copy;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/** Decides which headers a copy has. */
@FunctionalInterface
public interface CopyHeaders {
    /** The headers of the copy. Does not change those of the source record, because it may be called twice for a record. */
    Headers of(ConsumerRecord<byte[], byte[]> source);
}
