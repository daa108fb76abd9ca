package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The service that has parked a record of a paused or cancelled backfill. The header is the only difference between a parked
 * record and the record on its lane. What a writer has parked was on the lane, and is older than what a router parks meanwhile.
 */
public enum ParkedBy {
    /** The router: the record has not been on the lane. */
    ROUTER("router"),
    /** A writer: the record was on the lane. */
    WRITER("writer");

    /** The name of the header. */
    public static final String HEADER = "sidetrack-parked-by";

    private final String value;

    ParkedBy(String value) {
        this.value = value;
    }

    /** Marks a record, which must not have the header yet. */
    public void addTo(Headers headers) {
        headers.add(HEADER, value.getBytes(UTF_8));
    }

    /** The service that has parked a record; empty if no service of this version has. */
    public static Optional<ParkedBy> of(Headers headers) {
        Header last = headers.lastHeader(HEADER);
        return last == null
                ? Optional.empty()
                : Arrays.stream(values())
                        .filter(one -> Arrays.equals(one.value.getBytes(UTF_8), last.value()))
                        .findFirst();
    }
}
