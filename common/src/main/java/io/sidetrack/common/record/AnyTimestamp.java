package io.sidetrack.common.record;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Accepts every timestamp. Kafka's default extractor throws on a negative one, which kills the stream thread; a negative
 * result would make Streams drop the record. Sidetrack uses no event time, so 0 does for both. Stateless.
 */
public final class AnyTimestamp implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(0, record.timestamp());
    }
}
