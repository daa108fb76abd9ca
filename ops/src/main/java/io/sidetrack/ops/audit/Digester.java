package io.sidetrack.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.common.record.ReplayOrigin;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Computes digests that are equal for a record of the source and its copy on a lane. They are truncated SHA-256, so that no
 * producer can make one record look like another. Not thread-safe.
 */
final class Digester {
    private static final Predicate<String> OWN = OwnHeaders::isOwn;
    /** A record that was replayed to a lane differs from the copy that the router has written. */
    private static final Predicate<String> OWN_ON_A_LANE = OWN.and(Predicate.not(Digester::isOfAReplay));

    private static final Predicate<String> OWN_ON_A_DEAD_LETTER = OWN.or(DeadLetterHeaders::isAdded);

    private final boolean trusted;
    private final MessageDigest sha256;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    /** @param trusted whether the router trusts the header of the original timestamp in the source */
    Digester(boolean trusted) {
        this.trusted = trusted;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** True if only replays of dead letters and of topics add a header of this name. */
    static boolean isOfAReplay(String header) {
        return DeadLetterHeaders.ATTEMPT.equals(header) || ReplayOrigin.HEADER.equals(header);
    }

    /** The digest of a record of the source. */
    Digest source(ConsumerRecord<byte[], byte[]> record) {
        return digest(record, trusted ? OWN_ON_A_LANE : OWN, sourceTimestampMs(record));
    }

    /** The digest of a record of a lane. */
    Digest copy(ConsumerRecord<byte[], byte[]> record) {
        return digest(record, OWN_ON_A_LANE, copyTimestampMs(record));
    }

    /** The digest of a dead letter. */
    Digest deadLetter(ConsumerRecord<byte[], byte[]> record) {
        return digest(record, OWN_ON_A_DEAD_LETTER, copyTimestampMs(record));
    }

    /** The digest that the complete dead letter of a source record would have. */
    Digest deadLetterOf(ConsumerRecord<byte[], byte[]> record) {
        return digest(record, OWN_ON_A_DEAD_LETTER, sourceTimestampMs(record));
    }

    private long sourceTimestampMs(ConsumerRecord<byte[], byte[]> record) {
        return trusted ? copyTimestampMs(record) : record.timestamp();
    }

    private static long copyTimestampMs(ConsumerRecord<byte[], byte[]> record) {
        return OriginalTimestamp.read(record.headers()).orElse(record.timestamp());
    }

    private Digest digest(ConsumerRecord<byte[], byte[]> record, Predicate<String> own, long timestampMs) {
        put(record.key());
        ByteBuffer key = ByteBuffer.wrap(sha256.digest());
        put(record.key());
        put(timestampMs);
        put(record.value());
        for (Header header : record.headers()) {
            if (!own.test(header.key())) {
                put(header.key().getBytes(UTF_8));
                put(header.value());
            }
        }
        long content = ByteBuffer.wrap(sha256.digest()).getLong();
        return new Digest(key.getLong(), mix(key.getLong() ^ mix(timestampMs)), content);
    }

    /** Adds a part with its length, so that different sequences of parts differ; null differs from an empty array. */
    private void put(byte[] bytes) {
        put(bytes == null ? -1L : bytes.length);
        if (bytes != null) {
            sha256.update(bytes);
        }
    }

    private void put(long value) {
        sha256.update(number.putLong(0, value).array());
    }

    /** Mixes the bits of a number. A bijection: different numbers stay different. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 31)) * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 29)) * 0xD6E8FEB86659FD93L ^ (mixed >>> 32);
    }
}
