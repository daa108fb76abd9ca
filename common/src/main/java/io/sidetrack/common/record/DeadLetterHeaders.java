package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that a dead letter has in addition to those of its record. Where Kafka Streams defines a name (KIP-1034), this class
 * uses it, so that one tool can read both kinds of dead letters.
 */
public final class DeadLetterHeaders {
    public static final String EXCEPTION = "__streams.errors.exception";
    public static final String MESSAGE = "__streams.errors.message";
    /** The topic that the record was read from. */
    public static final String TOPIC = "__streams.errors.topic";

    public static final String PARTITION = "__streams.errors.partition";
    public static final String OFFSET = "__streams.errors.offset";
    /** The reason, as a short code. */
    public static final String REASON = "sidetrack-reason";
    /** The table that rejected the record; only on the writer's dead letters. */
    public static final String TABLE = "sidetrack-table";
    /** The number of earlier replays, as decimal digits; absent if there were none. */
    public static final String ATTEMPT = "sidetrack-attempt";

    /** The position of a dead letter that was replayed; only on the record that marks the replay. */
    public static final String REPLAYED = "sidetrack-replayed";

    /**
     * The parts of the record that the dead letter leaves out or cuts, such as {@code value,headers}, because the topic did not
     * accept the whole record. Absent on a whole dead letter.
     */
    public static final String REDUCED = "sidetrack-reduced";
    /** Size of the record's whole key; only on reduced dead letters, absent for a null key. */
    public static final String KEY_BYTES = "sidetrack-key-bytes";
    /** SHA-256 of the record's whole key; only on reduced dead letters, absent for a null key. */
    public static final String KEY_SHA256 = "sidetrack-key-sha256";
    /** Size of the record's whole value; only on reduced dead letters, absent for a tombstone. */
    public static final String VALUE_BYTES = "sidetrack-value-bytes";
    /** SHA-256 of the record's whole value; only on reduced dead letters, absent for a tombstone. */
    public static final String VALUE_SHA256 = "sidetrack-value-sha256";

    private static final List<String> ADDED = List.of(
            EXCEPTION,
            MESSAGE,
            TOPIC,
            PARTITION,
            OFFSET,
            REASON,
            TABLE,
            REDUCED,
            KEY_BYTES,
            KEY_SHA256,
            VALUE_BYTES,
            VALUE_SHA256);

    /** An upper bound for the names and values that {@link #add} adds, including the table, which can be an ARN. */
    public static final int MAX_ADDED_BYTES = 8 * 1024;

    /** Messages are cut, because a dead letter must not be much larger than its record. */
    private static final int MAX_MESSAGE = 1000;

    private DeadLetterHeaders() {}

    /** Adds a record's position and the reason why it is a dead letter. Replaces the headers of an earlier dead letter. */
    public static void add(
            Headers headers,
            String exception,
            String message,
            String topic,
            int partition,
            long offset,
            String reason) {
        remove(headers);
        put(headers, EXCEPTION, exception);
        put(headers, MESSAGE, message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message);
        put(headers, TOPIC, topic);
        put(headers, PARTITION, Integer.toString(partition));
        put(headers, OFFSET, Long.toString(offset));
        put(headers, REASON, reason);
    }

    /** Removes every header of a dead letter except the attempts. */
    public static void remove(Headers headers) {
        ADDED.forEach(headers::remove);
    }

    /** True if {@link #add} or a {@link Reduction} adds a header of this name. */
    public static boolean isAdded(String name) {
        return ADDED.contains(name);
    }

    /** The number of earlier replays; 0 if the header contains no number. */
    public static int attempts(Headers headers) {
        try {
            return Integer.parseInt(text(headers, ATTEMPT).orElse("0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Adds a header in UTF-8. */
    public static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }

    /** A header as text; empty if it is missing or null. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }
}
