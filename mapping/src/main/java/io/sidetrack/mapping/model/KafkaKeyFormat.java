package io.sidetrack.mapping.model;

import java.util.Locale;

/** The format of the Kafka key, from which the table's key is read: always for tombstones, and for puts if configured. */
public enum KafkaKeyFormat {
    /** {@link #JSON} for a table with a sort key, otherwise {@link #TEXT}. */
    AUTO,
    /** The key's bytes are the partition key's value: a string, a number's digits, or bytes. */
    TEXT,
    /** The key is a JSON object with the key attributes; other fields are ignored. */
    JSON;

    /** Returns the name used in settings. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
