package io.sidetrack.mapping.model;

import java.util.List;
import java.util.Optional;

/**
 * The key schema of a table. The writer reads it from the table, so that a user configures only the table's name.
 *
 * @param sortKey empty if the table has none
 */
public record TableSchema(String table, KeyAttribute partitionKey, Optional<KeyAttribute> sortKey) {
    /** Returns the key attributes, with the partition key first. */
    public List<KeyAttribute> keyAttributes() {
        return sortKey.map(sort -> List.of(partitionKey, sort)).orElseGet(() -> List.of(partitionKey));
    }
}
