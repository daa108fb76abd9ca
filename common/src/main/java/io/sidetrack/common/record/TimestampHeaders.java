package io.sidetrack.common.record;

import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Adds the original timestamp to many records. Records with the same timestamp in a row share one header, because a busy
 * topic has many records in a millisecond, and a header of its own costs each of them four objects. Not thread-safe.
 */
public final class TimestampHeaders {
    private long lastMs;
    private Header last = OriginalTimestamp.header(0);

    /**
     * As {@link OriginalTimestamp#addIfAbsent}.
     *
     * @param timestampMs in ms since 1970
     * @return the original timestamp that the headers hold now, in ms since 1970
     */
    public long addIfAbsent(Headers headers, long timestampMs) {
        OptionalLong there = OriginalTimestamp.read(headers);
        if (there.isPresent()) {
            return there.getAsLong();
        }
        if (timestampMs != lastMs) {
            lastMs = timestampMs;
            last = OriginalTimestamp.header(timestampMs);
        }
        headers.add(last);
        return timestampMs;
    }
}
