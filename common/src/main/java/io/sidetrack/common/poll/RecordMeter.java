package io.sidetrack.common.poll;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** Measures the records that a poll takes out of fetched batches, and rejects those beyond its limit. Not thread-safe. */
final class RecordMeter {
    /** What a record holds in memory besides its bytes. */
    static final int RECORD_BYTES = 250;
    /** The same of a header: two arrays, a string and the header itself. */
    static final int HEADER_BYTES = 140;

    private long limit;
    private long bytes;
    /** Of the record that is being read, which has a deserializer for its key and one for its value. */
    private Headers current;

    /** Begins a poll of this many bytes, or of one record if that is larger. */
    void begin(long limit) {
        this.limit = limit;
        bytes = 0;
        current = null;
    }

    /** What the poll has read, in bytes. */
    long bytes() {
        return bytes;
    }

    /** For keys and values alike. */
    Deserializer<byte[]> deserializer() {
        return new Metered();
    }

    /** Adds a record that has no key and no value, and therefore passed no deserializer. */
    void addEmpty(Headers headers) {
        add(headers);
    }

    private void add(Headers headers) {
        bytes += RECORD_BYTES;
        for (Header header : headers) {
            // Both are slices of the record's own buffer, and in an uncompressed batch of the whole fetch, until they
            // are
            // asked for. Each is needed later anyway.
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
            // A record that was begun is read whole, so a poll holds at most one record beyond its limit.
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
