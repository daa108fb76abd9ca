package io.sidetrack.writer.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.RecordHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A dead letter as a Kafka record: key, value and headers as they came, or as much of them as the {@link Form} keeps, then the
 * headers that say why. It has no timestamp of its own, because a topic may reject that of its record.
 */
final class DeadLetterRecord {
    /** What a reduced letter keeps of each part: the value's first bytes, the key and the headers if they are no longer. */
    static final int KEPT_BYTES = 1024;

    private static final int SHORT_MESSAGE = 100;
    private static final int HEADER_NAME_CHARACTER_BYTES = 3;

    private DeadLetterRecord() {}

    static ProducerRecord<byte[], byte[]> of(String topic, String table, DeadLetter deadLetter, Form form) {
        Origin origin = deadLetter.origin();
        Headers original = headers(origin);
        return switch (form) {
            case WHOLE -> record(topic, table, deadLetter, origin.key(), origin.value(), original, "");
            case REDUCED -> reduced(topic, table, deadLetter, original);
            case MINIMAL ->
                record(
                        topic,
                        table,
                        deadLetter,
                        place(origin),
                        new byte[0],
                        ours(origin, original),
                        "key,value,headers");
        };
    }

    private static ProducerRecord<byte[], byte[]> reduced(
            String topic, String table, DeadLetter deadLetter, Headers original) {
        Origin origin = deadLetter.origin();
        List<String> leftOut = new ArrayList<>();
        byte[] key = origin.key();
        if (isLong(key)) {
            key = null;
            leftOut.add("key");
        }
        byte[] value = origin.value();
        if (isLong(value)) {
            value = Arrays.copyOf(value, KEPT_BYTES);
            leftOut.add("value");
        }
        Headers headers = original;
        if (bytes(headers) > KEPT_BYTES) {
            headers = ours(origin, original);
            leftOut.add("headers");
        }
        return record(topic, table, deadLetter, key, value, headers, String.join(",", leftOut));
    }

    /** @param leftOut empty for a letter that is whole, of whatever form */
    private static ProducerRecord<byte[], byte[]> record(
            String topic, String table, DeadLetter deadLetter, byte[] key, byte[] value, Headers kept, String leftOut) {
        Origin origin = deadLetter.origin();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, key, value, kept);
        Headers headers = record.headers();
        OriginalTimestamp.addIfAbsent(headers, origin.timestampMs());
        String message = deadLetter.rejection().message();
        DeadLetterHeaders.add(
                headers,
                deadLetter.rejection().getClass().getName(),
                leftOut.isEmpty() ? message : message.substring(0, Math.min(message.length(), SHORT_MESSAGE)),
                origin.topic(),
                origin.partition(),
                origin.offset(),
                deadLetter.rejection().reason().code());
        DeadLetterHeaders.put(headers, DeadLetterHeaders.TABLE, table);
        if (!leftOut.isEmpty()) {
            Reduction.of(leftOut, origin.key(), origin.value()).addTo(headers);
        }
        return record;
    }

    private static Headers headers(Origin origin) {
        Headers headers = new RecordHeaders();
        for (RecordHeader header : origin.headers()) {
            headers.add(header.key(), header.value());
        }
        return headers;
    }

    /** Those of a record's headers that Sidetrack itself reads, in bounded form. */
    private static Headers ours(Origin origin, Headers original) {
        Headers ours = new RecordHeaders();
        OriginalTimestamp.addIfAbsent(ours, OriginalTimestamp.read(original).orElse(origin.timestampMs()));
        int attempts = DeadLetterHeaders.attempts(original);
        if (attempts != 0) {
            DeadLetterHeaders.put(ours, DeadLetterHeaders.ATTEMPT, Integer.toString(attempts));
        }
        return ours;
    }

    /** A key for any topic, also for a compacted one: different for each record. */
    private static byte[] place(Origin origin) {
        return (origin.topic() + "/" + origin.partition() + "/" + origin.offset()).getBytes(UTF_8);
    }

    private static boolean isLong(byte[] bytes) {
        return bytes != null && bytes.length > KEPT_BYTES;
    }

    private static long bytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += (long) header.key().length() * HEADER_NAME_CHARACTER_BYTES
                    + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}
