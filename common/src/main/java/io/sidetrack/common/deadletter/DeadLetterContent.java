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
 * Key, value and headers of a dead letter: those of its record, or as much of them as the {@link DeadLetterForm} keeps, then the headers
 * that state where the record was and why it goes no further.
 *
 * @param key the record's own unless it is cut; may be null
 * @param value the record's own unless it is cut; may be null
 * @param headers the letter's own, which may be changed
 * @param whole whether the letter leaves nothing out
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: it only carries the parts to a producer's record.
public record DeadLetterContent(byte[] key, byte[] value, Headers headers, boolean whole) {
    /** What a reduced letter keeps of each part: the value's first bytes, the key and the headers if they are no longer. */
    public static final int KEPT_BYTES = 1024;

    private static final int SHORT_MESSAGE = 100;
    private static final int HEADER_NAME_CHARACTER_BYTES = 3;

    /**
     * The record that a letter is about.
     *
     * @param timestampMs in ms since 1970, for a record without an {@link OriginalTimestamp}
     * @param key not copied; may be null
     * @param value not copied; may be null
     * @param headers not changed
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record SourceRecord(
            String topic, int partition, long offset, long timestampMs, byte[] key, byte[] value, Headers headers) {
        /** A key for any topic, also for a compacted one: different for each record. */
        private byte[] place() {
            return (topic + "/" + partition + "/" + offset).getBytes(UTF_8);
        }
    }

    /**
     * Why a record is a dead letter.
     *
     * @param exception a class name
     * @param message never a value
     * @param reason a short code
     */
    public record Cause(String exception, String message, String reason) {}

    /** The letter about a record in a form. */
    public static DeadLetterContent of(DeadLetterForm form, SourceRecord origin, Cause cause) {
        return switch (form) {
            case WHOLE -> content(origin, cause, origin.key(), origin.value(), origin.headers(), "");
            case REDUCED -> reduced(origin, cause);
            case MINIMAL -> content(origin, cause, origin.place(), new byte[0], ours(origin), "key,value,headers");
        };
    }

    private static DeadLetterContent reduced(SourceRecord origin, Cause cause) {
        List<String> leftOut = new ArrayList<>();
        byte[] key = origin.key();
        if (isLong(key)) {
            key = null;
            leftOut.add("key");
        }
        byte[] value = origin.value();
        if (isLong(value)) {
            value = Arrays.copyOf(value, KEPT_BYTES);
            leftOut.add("value");
        }
        Headers headers = origin.headers();
        if (bytes(headers) > KEPT_BYTES) {
            headers = ours(origin);
            leftOut.add("headers");
        }
        return content(origin, cause, key, value, headers, String.join(",", leftOut));
    }

    /** @param leftOut empty for a letter that is whole, of whatever form */
    private static DeadLetterContent content(
            SourceRecord origin, Cause cause, byte[] key, byte[] value, Headers kept, String leftOut) {
        boolean whole = leftOut.isEmpty();
        Headers headers = new RecordHeaders(kept);
        OriginalTimestamp.addIfAbsent(headers, origin.timestampMs());
        String message = cause.message();
        DeadLetterHeaders.add(
                headers,
                cause.exception(),
                whole ? message : message.substring(0, Math.min(message.length(), SHORT_MESSAGE)),
                origin.topic(),
                origin.partition(),
                origin.offset(),
                cause.reason());
        if (!whole) {
            Reduction.of(leftOut, origin.key(), origin.value()).addTo(headers);
        }
        return new DeadLetterContent(key, value, headers, whole);
    }

    /** Those of a record's headers that Sidetrack itself reads, in bounded form. */
    private static Headers ours(SourceRecord origin) {
        Headers ours = new RecordHeaders();
        OriginalTimestamp.addIfAbsent(
                ours, OriginalTimestamp.read(origin.headers()).orElse(origin.timestampMs()));
        int attempts = DeadLetterHeaders.attempts(origin.headers());
        if (attempts != 0) {
            DeadLetterHeaders.put(ours, DeadLetterHeaders.ATTEMPT, Integer.toString(attempts));
        }
        return ours;
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
