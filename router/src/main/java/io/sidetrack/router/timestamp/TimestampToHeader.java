package io.sidetrack.router.timestamp;

import io.sidetrack.common.record.AnyTimestamp;
import io.sidetrack.common.record.OriginalTimestamp;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Puts the original timestamp into its header. Done in the extractor because nobody behind it sees the timestamp as it
 * came: one below 0 would not pass. If Streams asks twice, the header is there already and stays as it is.
 */
public final class TimestampToHeader implements TimestampExtractor {
    private final TimestampExtractor extractor = new AnyTimestamp();

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        OriginalTimestamp.addIfAbsent(record.headers(), record.timestamp());
        return extractor.extract(record, partitionTime);
    }
}
