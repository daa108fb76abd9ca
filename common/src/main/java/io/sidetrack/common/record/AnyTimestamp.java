package io.sidetrack.common.record;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Accepts every timestamp. Kafka's default extractor throws on a negative one, which ends the stream thread, and a negative
 * result would make Streams drop the record. Sidetrack uses no event time, so negative timestamps become 0. Stateless.
 */
public final class AnyTimestamp implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(0, record.timestamp());
    }
}
