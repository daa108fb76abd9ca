package io.sidetrack.writer.deadletter;

import io.sidetrack.common.deadletter.DeadLetterContent;
import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.model.RecordHeader;
import io.sidetrack.writer.model.Rejection;
import io.sidetrack.writer.model.SourceRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A dead letter as a Kafka record, with the table that did not take it. It has no timestamp of its own, because a topic may
 * reject that of its record.
 */
final class DeadLetterRecord {
    private DeadLetterRecord() {}

    static ProducerRecord<byte[], byte[]> of(String topic, String table, DeadLetter deadLetter, DeadLetterForm form) {
        SourceRecord origin = deadLetter.source();
        Rejection rejection = deadLetter.rejection();
        DeadLetterContent letter = DeadLetterContent.of(
                form,
                new DeadLetterContent.SourceRecord(
                        origin.topic(),
                        origin.partition(),
                        origin.offset(),
                        origin.timestampMs(),
                        origin.key(),
                        origin.value(),
                        headers(origin)),
                new DeadLetterContent.Cause(
                        rejection.getClass().getName(),
                        rejection.message(),
                        rejection.reason().code()));
        DeadLetterHeaders.put(letter.headers(), DeadLetterHeaders.TABLE, table);
        return new ProducerRecord<>(topic, null, letter.key(), letter.value(), letter.headers());
    }

    private static Headers headers(SourceRecord origin) {
        Headers headers = new RecordHeaders();
        for (RecordHeader header : origin.headers()) {
            headers.add(header.key(), header.value());
        }
        return headers;
    }
}
