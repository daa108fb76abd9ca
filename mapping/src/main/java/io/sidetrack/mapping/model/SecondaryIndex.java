package io.sidetrack.mapping.model;

import java.util.List;
import java.util.Optional;

/**
 * A secondary index of a table, global or local. An item is in the index if it has all attributes of the index's key.
 *
 * @param keys the names of the attributes of its key, 1 to 8; some may belong to the table's key as well
 * @param included the names of the attributes that it contains in addition to both keys; empty if it contains all
 */
public record SecondaryIndex(String name, List<String> keys, Optional<List<String>> included) {}
