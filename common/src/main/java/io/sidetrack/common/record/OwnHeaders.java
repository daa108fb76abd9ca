package io.sidetrack.common.record;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that only Sidetrack may set. They are dropped if a producer has set them: a forged header could make a record the
 * newest of its key forever, or hide its dead letter. The headers {@code __streams.errors.*} are not among them: they belong to
 * Kafka, have no meaning on a lane, and a dead letter replaces them. Neither is {@code sidetrack-version}, which producers set.
 */
public final class OwnHeaders {
    private static final String PREFIX = "sidetrack-";
    /** The headers that a record can have on a lane: the router's timestamp, the number of replays, and what it is a replay of. */
    private static final String[] ON_A_LANE = {OriginalTimestamp.HEADER, DeadLetterHeaders.ATTEMPT, ReplayOrigin.HEADER
    };
    /** The headers that only dead letters and replay marks have. */
    private static final String[] ON_A_DEAD_LETTER = {
        DeadLetterHeaders.REPLAYED,
        DeadLetterHeaders.REASON,
        DeadLetterHeaders.TABLE,
        DeadLetterHeaders.REDUCED,
        DeadLetterHeaders.KEY_BYTES,
        DeadLetterHeaders.KEY_SHA256,
        DeadLetterHeaders.VALUE_BYTES,
        DeadLetterHeaders.VALUE_SHA256
    };

    private OwnHeaders() {}

    /** True if only Sidetrack may set a header of this name. */
    public static boolean isOwn(String name) {
        return name.startsWith(PREFIX)
                && (contains(ON_A_LANE, name) || contains(ON_A_DEAD_LETTER, name) || name.equals(ParkedBy.HEADER));
    }

    /**
     * True if a header of this name is dropped from a record.
     *
     * @param trusted whether only Sidetrack writes the record's topic
     */
    public static boolean isDropped(String name, boolean trusted) {
        return isOwn(name) && !(trusted && contains(ON_A_LANE, name));
    }

    /** Faster than a hash set, because the hash of a name that was just read has to be calculated, and lengths mostly differ. */
    private static boolean contains(String[] names, String name) {
        for (String one : names) {
            if (one.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Passes the headers that are not dropped to a consumer, in their order. */
    public static void forEachKept(Headers headers, boolean trusted, Consumer<Header> to) {
        for (Header header : headers) {
            if (!isDropped(header.key(), trusted)) {
                to.accept(header);
            }
        }
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
