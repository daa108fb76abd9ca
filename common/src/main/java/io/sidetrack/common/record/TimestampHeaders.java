package io.sidetrack.common.record;

import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Adds the original timestamp to many records. Consecutive records with the same timestamp share one header: a busy topic has many
 * records per millisecond, and a header of its own costs four objects. Not thread-safe.
 */
public final class TimestampHeaders {
    private long lastMs;
    private Header last = OriginalTimestamp.header(0);

    /**
     * Does the same as {@link OriginalTimestamp#addIfAbsent}.
     *
     * @param timestampMs the record's timestamp, in ms since 1970
     * @return the original timestamp that the headers contain now, in ms since 1970
     */
    public long addIfAbsent(Headers headers, long timestampMs) {
        OptionalLong present = OriginalTimestamp.read(headers);
        if (present.isPresent()) {
            return present.getAsLong();
        }
        if (timestampMs != lastMs) {
            lastMs = timestampMs;
            last = OriginalTimestamp.header(timestampMs);
        }
        headers.add(last);
        return timestampMs;
    }
}
