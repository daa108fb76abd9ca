package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects the replays of one dead-letter topic from the records of the control topic. Not thread-safe. */
final class DeadLetterReplays {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterReplays.class);

    private final String prefix;
    private final Map<String, DeadLetterReplay> byKey = new LinkedHashMap<>();

    /** @param prefix with which the keys of the topic's replays begin */
    DeadLetterReplays(String prefix) {
        this.prefix = prefix;
    }

    /** Adds the next record. Records of other keys are ignored. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), UTF_8);
        if (!key.startsWith(prefix)) {
            return;
        }
        if (record.value() == null) {
            byKey.remove(key);
            return;
        }
        try {
            byKey.put(key, ControlJson.read(record.value(), DeadLetterReplay.class));
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "control topic {}, partition {}, offset {}: not a valid record of a replay; it is skipped",
                    record.topic(),
                    record.partition(),
                    record.offset());
        }
    }

    /** The replays, in the order in which they started. */
    List<DeadLetterReplay> get() {
        return byKey.values().stream()
                .sorted(Comparator.comparingLong(DeadLetterReplay::startedAtMs))
                .toList();
    }
}
