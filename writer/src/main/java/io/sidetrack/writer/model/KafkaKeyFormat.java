package io.sidetrack.writer.model;

import java.util.Locale;

/** How a Kafka key is read where the table's key comes from it: for tombstones always, for puts if so set. */
public enum KafkaKeyFormat {
    /** {@link #JSON} for a table with a sort key, else {@link #TEXT}. */
    AUTO,
    /** The key's bytes are the partition key's value: text, a number's digits, or bytes. */
    TEXT,
    /** The key is a JSON object with the key attributes; more fields are ignored. */
    JSON;

    /** As it is written in settings. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
