package io.sidetrack.common.poll;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** Measures the records that a poll takes from fetched batches, and ends the poll at its limit. Not thread-safe. */
final class RecordMeter {
    /** The memory of a record, besides its bytes. */
    static final int RECORD_BYTES = 250;
    /** The memory of a header, besides its bytes: two arrays, a string and the header itself. */
    static final int HEADER_BYTES = 140;

    private long limit;
    private long bytes;
    /** The headers of the current record. They identify it, because its key and its value are deserialized separately. */
    private Headers current;

    /** Begins a poll of at most this many bytes, or of one record if it is larger. */
    void begin(long limit) {
        this.limit = limit;
        bytes = 0;
        current = null;
    }

    /** The bytes that the poll has read. */
    long bytes() {
        return bytes;
    }

    /** A deserializer for both keys and values. */
    Deserializer<byte[]> deserializer() {
        return new Metered();
    }

    /** Adds a record without key and value, for which no deserializer was called. */
    void addEmpty(Headers headers) {
        add(headers);
    }

    private void add(Headers headers) {
        bytes += RECORD_BYTES;
        for (Header header : headers) {
            // Until they are read, both are slices of the record's buffer, and in an uncompressed batch of the whole
            // fetch.
            // Reading them releases that buffer, and they are needed later anyway.
            byte[] value = header.value();
            bytes += HEADER_BYTES + header.key().length() + (value == null ? 0 : value.length);
        }
    }

    private final class Metered implements Deserializer<byte[]> {
        @Override
        public byte[] deserialize(String topic, byte[] data) {
            return data;
        }

        @Override
        public byte[] deserialize(String topic, Headers headers, ByteBuffer data) {
            // A record is read to its end once it has begun, so a poll exceeds its limit by at most one record.
            if (headers != current) {
                if (bytes > 0 && bytes >= limit) {
                    throw new PollLimitException();
                }
                current = headers;
                add(headers);
            }
            bytes += data.remaining();
            byte[] copy = new byte[data.remaining()];
            data.get(data.position(), copy);
            return copy;
        }
    }
}
