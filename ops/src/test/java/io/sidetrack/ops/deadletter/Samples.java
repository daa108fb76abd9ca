package io.sidetrack.ops.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.DeadLetterHeaders;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records of a dead-letter topic. */
final class Samples {
    static final String TOPIC = "orders-live-dead-letters";

    private Samples() {}

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

    /** Headers as a service adds them to those of the record. */
    static Headers ofService(Headers headers, String origin) {
        DeadLetterHeaders.add(headers, "X", "m", origin, 0, 0, "not-json");
        return headers;
    }

    static Headers header(String name, String value) {
        return new RecordHeaders().add(name, value.getBytes(UTF_8));
    }

    static DeadLetter letter(long offset, String origin) {
        byte[] value = Long.toString(offset).getBytes(UTF_8);
        return new DeadLetter(record(0, offset, value, value, ofService(new RecordHeaders(), origin)));
    }

    static DeadLetter letter(long offset, String origin, String attempts) {
        Headers headers = ofService(header(DeadLetterHeaders.ATTEMPT, attempts), origin);
        return new DeadLetter(record(0, offset, null, new byte[1], headers));
    }
}
