package io.sidetrack.common.record;

import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that only Sidetrack may set, and how those that a producer has set are dropped: a forged one could make a record
 * the newest of its key for ever, or hide its dead letter. {@code __streams.errors.*} are not among them: they are Kafka's, mean
 * nothing on a lane, and a dead letter replaces them. Nor is {@code sidetrack-version}, which is a producer's to set.
 */
public final class OwnHeaders {
    private static final String PREFIX = "sidetrack-";
    /** What a record has on a lane: the router's timestamp, and the count of a record that was replayed to it. */
    private static final Set<String> ON_A_LANE = Set.of(OriginalTimestamp.HEADER, DeadLetterHeaders.ATTEMPT);
    /** What no record has that is to be read. */
    private static final Set<String> ON_A_LETTER = Set.of(
            DeadLetterHeaders.REPLAYED,
            DeadLetterHeaders.REASON,
            DeadLetterHeaders.TABLE,
            DeadLetterHeaders.REDUCED,
            DeadLetterHeaders.KEY_BYTES,
            DeadLetterHeaders.KEY_SHA256,
            DeadLetterHeaders.VALUE_BYTES,
            DeadLetterHeaders.VALUE_SHA256);

    private OwnHeaders() {}

    /** Whether only Sidetrack may set a header of this name. */
    public static boolean isOwn(String name) {
        return name.startsWith(PREFIX) && (ON_A_LANE.contains(name) || ON_A_LETTER.contains(name));
    }

    /**
     * Whether a header of this name is dropped from a record that is read.
     *
     * @param trusted whether only Sidetrack writes the topic that the record is from
     */
    public static boolean isDropped(String name, boolean trusted) {
        return isOwn(name) && !(trusted && ON_A_LANE.contains(name));
    }

    /** Drops such headers; the others keep their order. */
    public static void drop(Headers headers, boolean trusted) {
        Set<String> found = null;
        for (Header header : headers) {
            if (isDropped(header.key(), trusted)) {
                found = found == null ? new HashSet<>() : found;
                found.add(header.key());
            }
        }
        if (found != null) {
            found.forEach(headers::remove);
        }
    }
}
