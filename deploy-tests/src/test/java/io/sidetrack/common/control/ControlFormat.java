package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of the control topic, as text. */
public final class ControlFormat {
    private ControlFormat() {}

    /** The value that this version writes. */
    public static String write(Object value) {
        return new String(ControlJson.write(value), UTF_8);
    }

    /** What this version reads from records; empty if there is no valid one of this key. */
    public static <T> Optional<T> read(String key, Class<T> type, Map<String, String> records) {
        LastValidValue<T> newest = new LastValidValue<>(key, type, null, () -> {});
        records.forEach((recordKey, value) -> newest.add(
                new ConsumerRecord<>("sidetrack-control", 0, 0, recordKey.getBytes(UTF_8), value.getBytes(UTF_8))));
        return newest.get();
    }
}
