package io.sidetrack.common.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The key, value and headers of a dead letter: those of its record, or as much of them as the {@link DeadLetterForm} keeps, and
 * headers with the record's position and the reason.
 *
 * @param key the record's key, unless it is left out or replaced; may be null
 * @param value the record's value, unless it is cut; may be null
 * @param headers a copy that the caller may change
 * @param whole whether the dead letter contains the whole record
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: it only carries the parts to a producer's record.
public record DeadLetterContent(byte[] key, byte[] value, Headers headers, boolean whole) {
    /** How much of each part a reduced dead letter keeps: the value's first bytes, and the key and headers if they are not longer. */
    public static final int KEPT_BYTES = 1024;

    private static final int SHORT_MESSAGE = 100;
    private static final int HEADER_NAME_CHARACTER_BYTES = 3;

    /**
     * The record that a dead letter describes.
     *
     * @param timestampMs the timestamp of a record without an {@link OriginalTimestamp}, in ms since 1970
     * @param key not copied; may be null
     * @param value not copied; may be null
     * @param headers not changed
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record SourceRecord(
            String topic, int partition, long offset, long timestampMs, byte[] key, byte[] value, Headers headers) {
        /** A unique key, which even a compacted topic accepts. */
        private byte[] positionKey() {
            return (topic + "/" + partition + "/" + offset).getBytes(UTF_8);
        }
    }

    /**
     * Why a record is a dead letter.
     *
     * @param exception a class name
     * @param message the cause in words; never contains a value
     * @param reason the short code of the cause
     */
    public record Cause(String exception, String message, String reason) {}

    /** The content of a dead letter in the given form. */
    public static DeadLetterContent of(DeadLetterForm form, SourceRecord source, Cause cause) {
        return switch (form) {
            case WHOLE -> content(source, cause, source.key(), source.value(), source.headers(), "");
            case REDUCED -> reduced(source, cause);
            case MINIMAL ->
                content(source, cause, source.positionKey(), new byte[0], ownHeaders(source), "key,value,headers");
        };
    }

    private static DeadLetterContent reduced(SourceRecord source, Cause cause) {
        List<String> leftOut = new ArrayList<>();
        byte[] key = source.key();
        if (isLong(key)) {
            key = null;
            leftOut.add("key");
        }
        byte[] value = source.value();
        if (isLong(value)) {
            value = Arrays.copyOf(value, KEPT_BYTES);
            leftOut.add("value");
        }
        Headers headers = source.headers();
        if (bytes(headers) > KEPT_BYTES) {
            headers = ownHeaders(source);
            leftOut.add("headers");
        }
        return content(source, cause, key, value, headers, String.join(",", leftOut));
    }

    /** @param leftOut empty for a dead letter that contains the whole record, regardless of its form */
    private static DeadLetterContent content(
            SourceRecord source, Cause cause, byte[] key, byte[] value, Headers kept, String leftOut) {
        boolean whole = leftOut.isEmpty();
        Headers headers = new RecordHeaders(kept);
        OriginalTimestamp.addIfAbsent(headers, source.timestampMs());
        String message = cause.message();
        DeadLetterHeaders.add(
                headers,
                cause.exception(),
                whole ? message : message.substring(0, Math.min(message.length(), SHORT_MESSAGE)),
                source.topic(),
                source.partition(),
                source.offset(),
                cause.reason());
        if (!whole) {
            Reduction.of(leftOut, source.key(), source.value()).addTo(headers);
        }
        return new DeadLetterContent(key, value, headers, whole);
    }

    /** The record's headers that Sidetrack itself reads, with a bounded size. */
    private static Headers ownHeaders(SourceRecord source) {
        Headers own = new RecordHeaders();
        OriginalTimestamp.addIfAbsent(
                own, OriginalTimestamp.read(source.headers()).orElse(source.timestampMs()));
        int attempts = DeadLetterHeaders.attempts(source.headers());
        if (attempts != 0) {
            DeadLetterHeaders.put(own, DeadLetterHeaders.ATTEMPT, Integer.toString(attempts));
        }
        return own;
    }

    private static boolean isLong(byte[] bytes) {
        return bytes != null && bytes.length > KEPT_BYTES;
    }

    private static long bytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += (long) header.key().length() * HEADER_NAME_CHARACTER_BYTES
                    + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}
