package io.sidetrack.ops.parked;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicFacts;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A named backfill, its lane, and the topic in which its records are parked.
 *
 * @param lane the backfill lane
 * @param parked the topic for parked records, with as many partitions
 * @param header the name of the header that names a record's backfill
 */
public record ParkedBackfill(BackfillName name, TopicFacts lane, TopicFacts parked, String header) {
    private static final int MOST_LETTERS = 40;
    private static final int DIGITS = 16;

    /** True if a parked record belongs to the backfill and was parked by these services. */
    boolean holds(ConsumerRecord<byte[], byte[]> record, ParkedBy by) {
        return ParkedBy.of(record.headers()).filter(by::equals).isPresent() && name.isOf(record.headers(), header);
    }

    /** The id under which the journal of copies records what has been done with records that these services have parked. */
    String journalId(ParkedBy by) {
        return journalId(lane.name(), name, by);
    }

    /** See {@link #journalId(ParkedBy)}. Readable, and different for any two lanes and names. */
    static String journalId(String lane, BackfillName name, ParkedBy by) {
        String letters = name.text().replaceAll("[^A-Za-z0-9._-]", "-");
        return "parked~%s~%s~%s"
                .formatted(
                        letters.substring(0, Math.min(MOST_LETTERS, letters.length())),
                        digest(lane + "\n" + name.text()),
                        by.name().toLowerCase(Locale.ROOT));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What a copy is for, in the words of the journal. */
    String request(ParkedBy by) {
        return "records of backfill %s, parked by the %s"
                .formatted(name, by.name().toLowerCase(Locale.ROOT));
    }
}
