package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that a dead letter has besides those that it came with. Those that Kafka Streams has names for (KIP-1034)
 * have these names, so that one tool reads both.
 */
public final class DeadLetterHeaders {
    public static final String EXCEPTION = "__streams.errors.exception";
    public static final String MESSAGE = "__streams.errors.message";
    /** The topic that the record was read from. */
    public static final String TOPIC = "__streams.errors.topic";

    public static final String PARTITION = "__streams.errors.partition";
    public static final String OFFSET = "__streams.errors.offset";
    /** Why, as a short code. */
    public static final String REASON = "sidetrack-reason";
    /** The table that did not take it; on the writer's dead letters only. */
    public static final String TABLE = "sidetrack-table";
    /** How often it was replayed before, as decimal digits; absent if never. */
    public static final String ATTEMPT = "sidetrack-attempt";

    /** On the mark that a letter was replayed, and nowhere else: the place of the letter. */
    public static final String REPLAYED = "sidetrack-replayed";

    /**
     * The parts of the record that the letter leaves out or cuts, such as {@code value,headers}: the topic did not accept the
     * record whole. Absent on a whole letter.
     */
    public static final String REDUCED = "sidetrack-reduced";
    /** Size of the record's whole key; on reduced letters only, absent for a null key. */
    public static final String KEY_BYTES = "sidetrack-key-bytes";
    /** SHA-256 of the record's whole key; on reduced letters only, absent for a null key. */
    public static final String KEY_SHA256 = "sidetrack-key-sha256";
    /** Size of the record's whole value; on reduced letters only, absent for a tombstone. */
    public static final String VALUE_BYTES = "sidetrack-value-bytes";
    /** SHA-256 of the record's whole value; on reduced letters only, absent for a tombstone. */
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

    /** Names and values of everything that {@link #add} adds, with the table (an ARN, if need be), and some bytes over. */
    public static final int MAX_ADDED_BYTES = 8 * 1024;

    /** What is said can be long, and a dead letter must not be much larger than its record. */
    private static final int MAX_MESSAGE = 1000;

    private DeadLetterHeaders() {}

    /** Says where a record came from and why it goes no further. What an earlier dead letter said is replaced. */
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

    /** Removes every header of a dead letter, except for the attempts. */
    public static void remove(Headers headers) {
        ADDED.forEach(headers::remove);
    }

    /** Whether {@link #add} or a {@link Reduction} adds a header of this name. */
    public static boolean isAdded(String name) {
        return ADDED.contains(name);
    }

    /** How often the record has been replayed; 0 if its header holds no number. */
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

    /** A header as text; empty if there is none, or a null. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }
}
