package io.sidetrack.common.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of the status topic, as text. */
public final class StatusFormat {
    private StatusFormat() {}

    /** The key or the value that this version writes. */
    public static String write(Object keyOrEntry) {
        return new String(StatusJson.write(keyOrEntry), UTF_8);
    }

    /** The key that this version reads; empty if it is not valid. */
    public static Optional<StatusKey> key(String key) {
        return StatusJson.key(record(key, ""));
    }

    /** The entry that this version reads; empty if it is not valid. */
    public static Optional<StatusEntry> entry(String value) {
        return StatusJson.entry(record("", value));
    }

    private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
        return new ConsumerRecord<>("sidetrack-status", 0, 0, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
