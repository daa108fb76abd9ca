package io.sidetrack.writer.model;

/**
 * A header of a Kafka record.
 *
 * @param value its bytes, not copied; null is a legal value of a header
 */
public record RecordHeader(String key, byte[] value) {}
