package io.sidetrack.mapping.model;

import java.util.List;

/**
 * The Kafka record that a write comes from. A buffered record is kept whole, because Streams provides no record context in
 * a punctuator or on a completion thread, and a dead letter needs every byte.
 *
 * @param timestampMs the record's timestamp in the lane topic, in milliseconds since 1970
 * @param key the record's key, not copied; may be null
 * @param value the record's value, not copied; null is a tombstone
 * @param headers in the record's order, duplicates included
 */
public record SourceRecord(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        byte[] key,
        byte[] value,
        List<RecordHeader> headers) {

    /** Returns the memory that this record occupies, in bytes: an estimate that is good enough to bound a buffer. */
    public long heldBytes() {
        long bytes = 256L + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        for (RecordHeader header : headers) {
            bytes += 64L + header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** Whether the record is from this partition. */
    public boolean isFrom(String otherTopic, int otherPartition) {
        return partition == otherPartition && topic.equals(otherTopic);
    }

    /** Returns the topic, partition and offset, for a log message. */
    public String position() {
        return topic + "-" + partition + " offset " + offset;
    }
}
