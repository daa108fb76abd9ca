package io.sidetrack.mapping.model;

/**
 * A header of a Kafka record.
 *
 * @param value not copied; may be null
 */
public record RecordHeader(String key, byte[] value) {}
