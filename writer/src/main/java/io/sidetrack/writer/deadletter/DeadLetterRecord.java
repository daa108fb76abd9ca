package io.sidetrack.writer.deadletter;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.RecordHeader;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** A dead letter as a Kafka record: key, value and headers as they came, then the headers that say why. */
final class DeadLetterRecord {
    private DeadLetterRecord() {}

    static ProducerRecord<byte[], byte[]> of(String topic, String table, DeadLetter deadLetter) {
        Origin origin = deadLetter.origin();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, origin.key(), origin.value());
        Headers headers = record.headers();
        for (RecordHeader header : origin.headers()) {
            headers.add(header.key(), header.value());
        }
        OriginalTimestamp.addIfAbsent(headers, origin.timestampMs());
        DeadLetterHeaders.add(
                headers,
                deadLetter.rejection().getClass().getName(),
                deadLetter.rejection().message(),
                origin.topic(),
                origin.partition(),
                origin.offset(),
                deadLetter.rejection().reason().code());
        DeadLetterHeaders.put(headers, DeadLetterHeaders.TABLE, table);
        return record;
    }
}
