package io.sidetrack.router.timestamp;

import io.sidetrack.common.record.AnyTimestamp;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.OwnHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Puts the original timestamp into its header. Done in the extractor because nobody behind it sees the timestamp as it
 * came: one below 0 would not pass. Drops the headers that only Sidetrack may set before that. If Streams asks twice, the same
 * header is there in the end.
 */
public final class TimestampToHeader implements TimestampExtractor {
    private final TimestampExtractor extractor = new AnyTimestamp();
    private final boolean trusted;

    /** @param trusted whether another Sidetrack writes the source, so that its headers are kept */
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
