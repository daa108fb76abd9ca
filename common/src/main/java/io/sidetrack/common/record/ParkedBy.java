package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.topic.TopicIdentity;
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
    /**
     * A writer: the record was on the lane. A writer that was interrupted parks some records again, and so do the writers of every
     * further table. The header therefore contains the record's offset on the lane, the writers' group and the lane's topic id: the
     * offsets of a lane that was deleted and created again begin anew.
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
     * Marks a record of a lane, which must not have the header yet.
     *
     * @param offset its offset on the lane
     * @param reader who has read it there, as {@link #reader} names it
     */
    public static void addWriter(Headers headers, long offset, String reader) {
        headers.add(HEADER, (WRITER.value + SEPARATOR + offset + SEPARATOR + reader).getBytes(UTF_8));
    }

    /**
     * The writers that read a lane.
     *
     * @param group their group
     * @param lane the lane's identity
     */
    public static String reader(String group, TopicIdentity lane) {
        return group + SEPARATOR + lane.topicId();
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

    /**
     * Where a writer has read a record.
     *
     * @param offset its offset on the lane
     * @param reader the writers, as {@link ParkedBy#reader} names them; only their group, if an earlier build has parked it
     */
    public record Origin(long offset, String reader) {}

    /** Where a writer has read a parked record; empty if the header does not contain that. */
    public static Optional<Origin> origin(Headers headers) {
        String[] words = text(headers).split(SEPARATOR, 3);
        if (words.length < 3 || !words[0].equals(WRITER.value)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Origin(Long.parseLong(words[1]), words[2]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String text(Headers headers) {
        Header last = headers.lastHeader(HEADER);
        return last == null || last.value() == null ? "" : new String(last.value(), UTF_8);
    }
}
