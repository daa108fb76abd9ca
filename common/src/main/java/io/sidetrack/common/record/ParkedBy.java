package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The service that has parked a record of a paused or cancelled backfill. The header is the only difference between a parked
 * record and the record on its lane. What a writer has parked was on the lane, and is older than what a router parks meanwhile.
 */
public enum ParkedBy {
    /** The router: the record has not been on the lane. */
    ROUTER("router"),
    /**
     * A writer: the record was on the lane. A writer may park a record twice, after a crash or for another table. The record's
     * offset on the lane, which follows the name in the header, shows that.
     */
    WRITER("writer");

    /** The name of the header. */
    public static final String HEADER = "sidetrack-parked-by";

    private static final String SEPARATOR = " ";

    private final String value;

    ParkedBy(String value) {
        this.value = value;
    }

    /** Marks a record, which must not have the header yet. */
    public void addTo(Headers headers) {
        headers.add(HEADER, value.getBytes(UTF_8));
    }

    /**
     * Marks a record, which must not have the header yet.
     *
     * @param offset its offset in the topic from which the service has read it
     */
    public void addTo(Headers headers, long offset) {
        headers.add(HEADER, (value + SEPARATOR + offset).getBytes(UTF_8));
    }

    /** The service that has parked a record; empty if no service of this version has. */
    public static Optional<ParkedBy> of(Headers headers) {
        String text = text(headers);
        for (ParkedBy one : values()) {
            if (text.equals(one.value) || text.startsWith(one.value + SEPARATOR)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** The offset of a parked record in the topic from which it was read; empty if the header does not contain one. */
    public static OptionalLong offset(Headers headers) {
        String text = text(headers);
        try {
            long offset = Long.parseLong(text.substring(text.indexOf(SEPARATOR) + SEPARATOR.length()));
            return of(headers).isPresent() && offset >= 0 ? OptionalLong.of(offset) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String text(Headers headers) {
        Header last = headers.lastHeader(HEADER);
        return last == null || last.value() == null ? "" : new String(last.value(), UTF_8);
    }
}
