package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Headers;

/** The header that names the record of which a record is a replay, such as {@code orders/3/1742}. */
public final class ReplayOrigin {
    /** The header's name. */
    public static final String HEADER = "sidetrack-replayed-from";

    private ReplayOrigin() {}

    /** Adds the header. Topics cannot have a slash in their names. */
    public static void add(Headers headers, String topic, int partition, long offset) {
        headers.add(HEADER, (topic + "/" + partition + "/" + offset).getBytes(UTF_8));
    }
}
