package io.sidetrack.router.timestamp;

import io.sidetrack.common.record.AnyTimestamp;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.OwnHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Drops the headers that only Sidetrack may set, then adds the original timestamp as a header. This happens in the extractor,
 * because a negative timestamp does not get past it. Calling it twice for a record has the same result as calling it once.
 */
public final class TimestampToHeader implements TimestampExtractor {
    private final TimestampExtractor extractor = new AnyTimestamp();
    private final boolean trusted;

    /** @param trusted whether the source is another Sidetrack's lane, so that its headers are kept */
    public TimestampToHeader(boolean trusted) {
        this.trusted = trusted;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        OwnHeaders.drop(record.headers(), trusted);
        OriginalTimestamp.addIfAbsent(record.headers(), record.timestamp());
        return extractor.extract(record, partitionTime);
    }
}
