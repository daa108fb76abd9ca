package io.sidetrack.writer.model;

import java.util.List;
import java.util.Optional;

/**
 * What the table itself says of its key, so that a user names the table and nothing else.
 *
 * @param partitionKey always there
 * @param sortKey only in a table that has one
 */
public record TableSchema(String table, KeyAttribute partitionKey, Optional<KeyAttribute> sortKey) {
    /** The key attributes, partition key first. */
    public List<KeyAttribute> keyAttributes() {
        return sortKey.map(sort -> List.of(partitionKey, sort)).orElseGet(() -> List.of(partitionKey));
    }
}
