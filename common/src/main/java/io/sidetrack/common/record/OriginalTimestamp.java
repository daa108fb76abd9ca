package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The header that carries a record's original timestamp across a lane. A lane topic replaces timestamps with the time of arrival,
 * because otherwise Kafka would delete a backfill's old records at the next retention check. The header contains decimal
 * digits: ms since 1970-01-01T00:00Z, negative before that.
 */
public final class OriginalTimestamp {
    /** The header's name. */
    public static final String HEADER = "sidetrack-timestamp";

    /** The length of the longest 64-bit number with its sign. Longer values are not parsed. */
    private static final int MAX_DIGITS = 20;

    private OriginalTimestamp() {}

    /**
     * Adds the header, unless the record already has a valid one because it has passed through a lane before.
     *
     * @return the original timestamp that the headers contain now
     */
    public static long addIfAbsent(Headers headers, long timestampMs) {
        OptionalLong present = read(headers);
        if (present.isPresent()) {
            return present.getAsLong();
        }
        headers.add(header(timestampMs));
        return timestampMs;
    }

    static Header header(long timestampMs) {
        return new RecordHeader(HEADER, Long.toString(timestampMs).getBytes(US_ASCII));
    }

    /** The original timestamp in ms since 1970; empty if there is no valid header. Never throws. */
    public static OptionalLong read(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null ? OptionalLong.empty() : parse(header.value());
    }

    /** The timestamp in a header's value; empty if the value is invalid. Never throws. */
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
