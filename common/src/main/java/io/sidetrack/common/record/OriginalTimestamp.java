package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The header that carries a record's original timestamp across a lane. A lane topic stamps records with the time of
 * their arrival, or Kafka would delete a backfill's old records at the next retention check; what the producer had
 * stamped travels here, as decimal digits: ms since 1970-01-01T00:00Z, negative before it.
 */
public final class OriginalTimestamp {
    /** The header's name. */
    public static final String HEADER = "sidetrack-timestamp";

    /** Nothing longer than a 64-bit number with its sign is read, whatever a producer puts there. */
    private static final int MAX_DIGITS = 20;

    private OriginalTimestamp() {}

    /**
     * Adds the header unless the record has a readable one already: then it comes through a lane a second time.
     *
     * @return what the header says now
     */
    public static long addIfAbsent(Headers headers, long timestampMs) {
        OptionalLong there = read(headers);
        if (there.isPresent()) {
            return there.getAsLong();
        }
        headers.add(header(timestampMs));
        return timestampMs;
    }

    static Header header(long timestampMs) {
        return new RecordHeader(HEADER, Long.toString(timestampMs).getBytes(US_ASCII));
    }

    /** The original timestamp in ms since 1970; empty if no header holds one. Never throws. */
    public static OptionalLong read(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null ? OptionalLong.empty() : parse(header.value());
    }

    /** What a header's value says; empty if that is no timestamp. Never throws. */
    public static OptionalLong parse(byte[] value) {
        if (value == null || value.length == 0 || value.length > MAX_DIGITS) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(new String(value, US_ASCII)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
