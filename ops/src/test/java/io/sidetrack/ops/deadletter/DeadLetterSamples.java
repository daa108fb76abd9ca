package io.sidetrack.ops.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.DeadLetterHeaders;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records of a dead-letter topic. */
final class DeadLetterSamples {
    static final String TOPIC = "orders-live-dead-letters";

    private DeadLetterSamples() {}

    static ConsumerRecord<byte[], byte[]> record(
            int partition, long offset, byte[] key, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                TOPIC,
                partition,
                offset,
                0,
                TimestampType.LOG_APPEND_TIME,
                key == null ? -1 : key.length,
                value == null ? -1 : value.length,
                key,
                value,
                headers,
                Optional.empty());
    }

    /** Adds the headers of a dead letter to those of its record. */
    static Headers ofService(Headers headers, String sourceTopic) {
        DeadLetterHeaders.add(headers, "X", "m", sourceTopic, 0, 0, "not-json");
        return headers;
    }

    static Headers header(String name, String value) {
        return new RecordHeaders().add(name, value.getBytes(UTF_8));
    }

    static DeadLetter deadLetter(long offset, String sourceTopic) {
        byte[] value = Long.toString(offset).getBytes(UTF_8);
        return new DeadLetter(record(0, offset, value, value, ofService(new RecordHeaders(), sourceTopic)));
    }

    static DeadLetter deadLetter(long offset, String sourceTopic, String attempts) {
        Headers headers = ofService(header(DeadLetterHeaders.ATTEMPT, attempts), sourceTopic);
        return new DeadLetter(record(0, offset, null, new byte[1], headers));
    }
}
