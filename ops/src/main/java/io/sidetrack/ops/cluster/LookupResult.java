package io.sidetrack.ops.cluster;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The result of looking up the record at an offset. */
public sealed interface LookupResult {
    /** The record at the offset. */
    record Found(ConsumerRecord<byte[], byte[]> record) implements LookupResult {}

    /**
     * No record.
     *
     * @param reason why there is none, for messages
     */
    record Missing(String reason) implements LookupResult {}
}
