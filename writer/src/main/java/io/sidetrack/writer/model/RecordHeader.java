package io.sidetrack.writer.model;

/**
 * A header of a Kafka record.
 *
 * @param value not copied; may be null
 */
public record RecordHeader(String key, byte[] value) {}
