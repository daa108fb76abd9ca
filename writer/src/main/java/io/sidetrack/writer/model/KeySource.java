package io.sidetrack.writer.model;

import java.util.Locale;

/** Where the key attributes of a put come from. */
public enum KeySource {
    /** From the value's own fields of those names. */
    VALUE,
    /** From the Kafka key; a value that names them too must agree. */
    KAFKA_KEY;

    /** As it is written in settings. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
