package io.sidetrack.mapping.model;

import java.util.List;
import java.util.Optional;

/**
 * The key schema of a table and of its secondary indexes. The writer reads it from the table, so that a user configures only
 * the table's name.
 *
 * @param sortKey empty if the table has none
 * @param indexes the secondary indexes
 * @param indexKeys the attributes of the indexes' keys, each once, with the lowest limit of its indexes; includes attributes
 *     of the table's own key
 */
public record TableSchema(
        String table,
        KeyAttribute partitionKey,
        Optional<KeyAttribute> sortKey,
        List<SecondaryIndex> indexes,
        List<KeyAttribute> indexKeys) {

    /** A table without secondary indexes. */
    public TableSchema(String table, KeyAttribute partitionKey, Optional<KeyAttribute> sortKey) {
        this(table, partitionKey, sortKey, List.of(), List.of());
    }

    /** Returns the key attributes, with the partition key first. */
    public List<KeyAttribute> keyAttributes() {
        return sortKey.map(sort -> List.of(partitionKey, sort)).orElseGet(() -> List.of(partitionKey));
    }

    /** Whether an attribute of this name belongs to the table's own key. */
    public boolean isKey(String name) {
        return keyAttributes().stream().anyMatch(key -> key.name().equals(name));
    }
}
