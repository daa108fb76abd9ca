package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;

/**
 * The newest valid value of one key, over records in their order. A record that is not valid changes nothing: anybody who
 * may write to the topic could otherwise stop every service that reads it. It is worth a warning only while no valid
 * record has come after it.
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
    /** The last record of the key, if it is not valid; null if it is. */
    private ConsumerRecord<byte[], byte[]> skipped;

    /**
     * @param name the key
     * @param ofTombstone what a record without a value stands for; null for no value
     * @param onRejected called for each record of the key that is not valid
     */
    LastValidValue(String name, Class<T> type, T ofTombstone, Runnable onRejected) {
        this.name = name;
        this.key = name.getBytes(UTF_8);
        this.type = type;
        this.ofTombstone = ofTombstone;
        this.onRejected = onRejected;
    }

    /** Looks at the next record; one of another key changes nothing. */
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

    /** The newest valid value, and where the last record is if it is not valid. */
    ControlValue<T> recorded() {
        return new ControlValue<>(get(), Optional.ofNullable(skipped).map(record -> "partition %d, offset %d"
                .formatted(record.partition(), record.offset())));
    }

    /** Logs the place of the last record of the key if it is not valid. */
    void warnIfSkipped(Logger log) {
        if (skipped != null) {
            log.warn(
                    "control topic {}, partition {}, offset {}: not a valid record for {}; it is skipped, and what was set"
                            + " before it counts",
                    skipped.topic(),
                    skipped.partition(),
                    skipped.offset(),
                    name);
        }
    }
}
