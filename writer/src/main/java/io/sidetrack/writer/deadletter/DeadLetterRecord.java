package io.sidetrack.writer.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.RecordHeader;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A dead letter as a Kafka record: key, value and headers as they came, then the headers that say why. Those that
 * Kafka Streams has names for (KIP-1034) have these names, so that one tool reads both.
 */
final class DeadLetterRecord {
    static final String EXCEPTION = "__streams.errors.exception";
    static final String MESSAGE = "__streams.errors.message";
    static final String TOPIC = "__streams.errors.topic";
    static final String PARTITION = "__streams.errors.partition";
    static final String OFFSET = "__streams.errors.offset";
    /** A code of {@link io.sidetrack.writer.item.Reason}. */
    static final String REASON = "sidetrack-reason";

    static final String TABLE = "sidetrack-table";

    /** What DynamoDB says can be long, and a dead letter must not be much larger than its record. */
    private static final int MAX_MESSAGE = 1000;

    private DeadLetterRecord() {}

    static ProducerRecord<byte[], byte[]> of(String topic, String table, DeadLetter deadLetter) {
        Origin origin = deadLetter.origin();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, origin.key(), origin.value());
        Headers headers = record.headers();
        for (RecordHeader header : origin.headers()) {
            headers.add(header.key(), header.value());
        }
        OriginalTimestamp.addIfAbsent(headers, origin.timestampMs());
        String message = deadLetter.rejection().message();
        put(headers, EXCEPTION, deadLetter.rejection().getClass().getName());
        put(headers, MESSAGE, message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message);
        put(headers, TOPIC, origin.topic());
        put(headers, PARTITION, Integer.toString(origin.partition()));
        put(headers, OFFSET, Long.toString(origin.offset()));
        put(headers, REASON, deadLetter.rejection().reason().code());
        put(headers, TABLE, table);
        return record;
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }
}
