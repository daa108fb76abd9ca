package io.sidetrack.mapping.model;

/**
 * One attribute of a table's primary key.
 *
 * @param maxBytes the maximum length of a value: 2048 for a partition key, 1024 for a sort key
 */
public record KeyAttribute(String name, KeyType type, int maxBytes) {}
