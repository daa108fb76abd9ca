package io.sidetrack.mapping.model;

import java.util.Locale;

/** The source of a put's key attributes. */
public enum KeySource {
    /** The fields of the value with the same names. */
    VALUE,
    /** The Kafka key; if the value has these fields as well, they must be equal. */
    KAFKA_KEY;

    /** Returns the name used in settings. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
