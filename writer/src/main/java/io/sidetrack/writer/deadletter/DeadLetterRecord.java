package io.sidetrack.writer.deadletter;

import io.sidetrack.common.deadletter.DeadLetterContent;
import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.writer.buffer.DeadLetter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Converts a dead letter to a Kafka record, with the name of the table. The record has no explicit timestamp, because the
 * topic could reject that of the source record.
 */
final class DeadLetterRecord {
    private DeadLetterRecord() {}

    static ProducerRecord<byte[], byte[]> of(String topic, String table, DeadLetter deadLetter, DeadLetterForm form) {
        SourceRecord source = deadLetter.source();
        Rejection rejection = deadLetter.rejection();
        DeadLetterContent content = DeadLetterContent.of(
                form,
                new DeadLetterContent.SourceRecord(
                        source.topic(),
                        source.partition(),
                        source.offset(),
                        source.timestampMs(),
                        source.key(),
                        source.value(),
                        headers(source)),
                new DeadLetterContent.Cause(
                        rejection.getClass().getName(),
                        rejection.message(),
                        rejection.reason().code()));
        DeadLetterHeaders.put(content.headers(), DeadLetterHeaders.TABLE, table);
        return new ProducerRecord<>(topic, null, content.key(), content.value(), content.headers());
    }

    private static Headers headers(SourceRecord source) {
        Headers headers = new RecordHeaders();
        for (RecordHeader header : source.headers()) {
            headers.add(header.key(), header.value());
        }
        return headers;
    }
}
