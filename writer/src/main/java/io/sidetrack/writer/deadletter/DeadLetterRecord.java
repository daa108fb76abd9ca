package io.sidetrack.writer.deadletter;

import io.sidetrack.common.letter.Form;
import io.sidetrack.common.letter.LetterContent;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.RecordHeader;
import io.sidetrack.writer.item.Rejection;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A dead letter as a Kafka record, with the table that did not take it. It has no timestamp of its own, because a topic may
 * reject that of its record.
 */
final class DeadLetterRecord {
    private DeadLetterRecord() {}

    static ProducerRecord<byte[], byte[]> of(String topic, String table, DeadLetter deadLetter, Form form) {
        Origin origin = deadLetter.origin();
        Rejection rejection = deadLetter.rejection();
        LetterContent letter = LetterContent.of(
                form,
                new LetterContent.Origin(
                        origin.topic(),
                        origin.partition(),
                        origin.offset(),
                        origin.timestampMs(),
                        origin.key(),
                        origin.value(),
                        headers(origin)),
                new LetterContent.Cause(
                        rejection.getClass().getName(),
                        rejection.message(),
                        rejection.reason().code()));
        DeadLetterHeaders.put(letter.headers(), DeadLetterHeaders.TABLE, table);
        return new ProducerRecord<>(topic, null, letter.key(), letter.value(), letter.headers());
    }

    private static Headers headers(Origin origin) {
        Headers headers = new RecordHeaders();
        for (RecordHeader header : origin.headers()) {
            headers.add(header.key(), header.value());
        }
        return headers;
    }
}
