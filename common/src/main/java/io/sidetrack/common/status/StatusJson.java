package io.sidetrack.common.status;

import io.sidetrack.common.control.ControlJson;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The JSON of the status topic. */
final class StatusJson {
    private StatusJson() {}

    static byte[] write(Object keyOrEntry) {
        return ControlJson.write(keyOrEntry);
    }

    /** The key of a record; empty if it is not valid. Never throws, whatever the record contains. */
    static Optional<StatusKey> key(ConsumerRecord<byte[], byte[]> record) {
        return read(record.key(), StatusKey.class);
    }

    /** The entry of a record; empty if it is not valid. Never throws, whatever the record contains. */
    static Optional<StatusEntry> entry(ConsumerRecord<byte[], byte[]> record) {
        return read(record.value(), StatusEntry.class);
    }

    private static <T> Optional<T> read(byte[] json, Class<T> type) {
        try {
            return json == null ? Optional.empty() : Optional.of(ControlJson.read(json, type));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
