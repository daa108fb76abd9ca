package io.sidetrack.mapping.model;

import java.util.Locale;

/** What happens to a record in which an attribute of an index key is an empty string, empty bytes, or null. */
public enum EmptyIndexKeys {
    /** The record becomes a dead letter. */
    REJECT,
    /** The attribute is left out, so that the item is not in the index. */
    DROP;

    /** Returns the name used in settings. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
