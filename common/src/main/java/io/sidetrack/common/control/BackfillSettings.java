package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;

/**
 * The operator's settings for the named backfills of one lane, from the records of the control topic in order. An invalid record
 * changes nothing, as in {@link LastValidValue}. Not thread-safe.
 */
final class BackfillSettings {
    /** Anyone who can write the topic could otherwise fill the memory of every service. */
    static final int MOST = 10_000;

    private final byte[] prefix;
    private final Runnable onRejected;
    private final Map<String, LastValidValue<NamedBackfill>> values = new TreeMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> tooMany = new ArrayList<>();
    private boolean changed;

    /**
     * @param prefix the part of the keys before the name
     * @param onRejected called for each invalid record
     */
    BackfillSettings(String prefix, Runnable onRejected) {
        this.prefix = prefix.getBytes(UTF_8);
        this.onRejected = onRejected;
    }

    /** Adds the next record. Records of other keys are ignored. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        if (key == null
                || key.length <= prefix.length
                || !Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
            return;
        }
        String whole = new String(key, UTF_8);
        String name = whole.substring(new String(prefix, UTF_8).length());
        if (record.value() == null) {
            changed |= values.remove(name) != null;
        } else if (values.size() >= MOST && !values.containsKey(name)) {
            onRejected.run();
            if (tooMany.isEmpty()) {
                tooMany.add(record);
            }
        } else {
            values.computeIfAbsent(name, any -> new LastValidValue<>(whole, NamedBackfill.class, null, onRejected))
                    .add(record);
            changed = true;
        }
    }

    /** Forgets all records: the topic is another one. */
    void clear() {
        changed |= !values.isEmpty();
        values.clear();
        tooMany.clear();
    }

    /** True if a record has changed the settings since the last call. */
    boolean takeChanged() {
        boolean taken = changed;
        changed = false;
        return taken;
    }

    /** The settings by name. */
    Map<String, NamedBackfill> get() {
        Map<String, NamedBackfill> found = new TreeMap<>();
        values.forEach((name, value) -> value.get().ifPresent(setting -> found.put(name, setting)));
        return found;
    }

    /** Logs the positions of records that were not used. */
    void warnIfSkipped(Logger log) {
        values.values().forEach(value -> value.warnIfSkipped(log));
        tooMany.forEach(record -> log.warn(
                "control topic {}, partition {}, offset {}: there are more than {} named backfills; those from here on are"
                        + " ignored and run",
                record.topic(),
                record.partition(),
                record.offset(),
                MOST));
        tooMany.clear();
    }
}
