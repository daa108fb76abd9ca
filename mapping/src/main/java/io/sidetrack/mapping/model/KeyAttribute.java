package io.sidetrack.mapping.model;

import java.util.Optional;

/**
 * One attribute of a key: of a table's primary key, or of the key of a secondary index.
 *
 * @param maxBytes the maximum length of a value: 2048 for a partition key, 1024 for a sort key
 * @param index the index to whose key the attribute belongs; empty for the table's own key
 */
public record KeyAttribute(String name, KeyType type, int maxBytes, Optional<String> index) {
    /** An attribute of the table's primary key. */
    public KeyAttribute(String name, KeyType type, int maxBytes) {
        this(name, type, maxBytes, Optional.empty());
    }

    /** Returns the reason to reject a record in which the attribute is empty. */
    public Reason empty() {
        return index.isEmpty() ? Reason.KEY_EMPTY : Reason.INDEX_KEY_EMPTY;
    }

    /** Returns the reason to reject a record in which the attribute is of another type. */
    public Reason wrongType() {
        return index.isEmpty() ? Reason.KEY_WRONG_TYPE : Reason.INDEX_KEY_WRONG_TYPE;
    }

    /** Returns the reason to reject a record in which the attribute is too long. */
    public Reason tooLong() {
        return index.isEmpty() ? Reason.KEY_TOO_LONG : Reason.INDEX_KEY_TOO_LONG;
    }

    /** Returns what a message calls the attribute, such as {@code key attribute id}. */
    public String description() {
        return index.map(name -> "attribute %s, a key of index %s,".formatted(name(), name))
                .orElse("key attribute " + name);
    }
}
