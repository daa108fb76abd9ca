package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;

/**
 * The newest valid value of one key, from records in order. An invalid record changes nothing: otherwise anyone who can write to
 * the topic could stop every service that reads it. It causes a warning only if no valid record follows it.
 *
 * @param <T> the type of a value
 */
final class LastValidValue<T> {
    private final String name;
    private final byte[] key;
    private final Class<T> type;
    private final T ofTombstone;
    private final Runnable onRejected;

    /** Null before the first valid record. */
    private T value;
    /** The last record of the key if it is invalid, else null. */
    private ConsumerRecord<byte[], byte[]> skipped;

    /**
     * @param name the key
     * @param ofTombstone the value of a tombstone; null for no value
     * @param onRejected called for each invalid record of the key
     */
    LastValidValue(String name, Class<T> type, T ofTombstone, Runnable onRejected) {
        this.name = name;
        this.key = name.getBytes(UTF_8);
        this.type = type;
        this.ofTombstone = ofTombstone;
        this.onRejected = onRejected;
    }

    /** Adds the next record. Records of other keys are ignored. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        if (!Arrays.equals(record.key(), key)) {
            return;
        }
        try {
            value = record.value() == null ? ofTombstone : ControlJson.read(record.value(), type);
            skipped = null;
        } catch (IOException | RuntimeException e) {
            skipped = record;
            onRejected.run();
        }
    }

    /** The newest valid value; empty if there was none. */
    Optional<T> get() {
        return Optional.ofNullable(value);
    }

    /** The newest valid value, and the position of the last record if it is invalid. */
    ControlValue<T> recorded() {
        return new ControlValue<>(get(), Optional.ofNullable(skipped).map(record -> "partition %d, offset %d"
                .formatted(record.partition(), record.offset())));
    }

    /** Logs the position of the key's last record if it is invalid. */
    void warnIfSkipped(Logger log) {
        if (skipped != null) {
            log.warn(
                    "control topic {}, partition {}, offset {}: not a valid record for {}; it is skipped, and the last valid"
                            + " one before it applies",
                    skipped.topic(),
                    skipped.partition(),
                    skipped.offset(),
                    name);
        }
    }
}
