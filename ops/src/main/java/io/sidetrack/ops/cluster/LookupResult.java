package io.sidetrack.ops.cluster;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is at an offset. */
public sealed interface LookupResult {
    /** The record at the offset. */
    record Found(ConsumerRecord<byte[], byte[]> record) implements LookupResult {}

    /**
     * No record.
     *
     * @param reason why not, to be shown
     */
    record Missing(String reason) implements LookupResult {}
}
