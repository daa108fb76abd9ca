package io.sidetrack.writer.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.writer.buffer.DeadLetter;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Dead letters for tests. */
final class DeadLetters {
    /** A topic name of the maximum length. */
    static final String LONGEST_TOPIC = "t".repeat(249);

    private DeadLetters() {}

    static DeadLetter of(byte[] key, byte[] value, List<RecordHeader> headers) {
        return of("lane", key, value, headers, "it is too deep");
    }

    static DeadLetter of(String topic, byte[] key, byte[] value, List<RecordHeader> headers, String message) {
        SourceRecord source = new SourceRecord(topic, 3, 17, 1234, key, value, headers);
        return new DeadLetter(source, new Rejection(Reason.TOO_DEEP, message), 0);
    }

    /** The size that a producer compares with its limits. */
    static int size(ProducerRecord<byte[], byte[]> record) {
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE,
                CompressionType.NONE,
                record.key(),
                record.value(),
                record.headers().toArray());
    }

    static String header(ProducerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
