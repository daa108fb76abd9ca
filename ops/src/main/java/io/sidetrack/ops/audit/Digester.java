package io.sidetrack.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.OwnHeaders;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Digests records such that a record of the source and its copy on a lane have the same digest. Truncated SHA-256, so that no
 * record can be made to look like another. Not thread-safe.
 */
final class Digester {
    private static final Predicate<String> OWN = OwnHeaders::isOwn;
    /** A record that was replayed to a lane is not the copy that the router has put there, but one more. */
    private static final Predicate<String> OWN_ON_A_LANE = OWN.and(Predicate.not(DeadLetterHeaders.ATTEMPT::equals));

    private static final Predicate<String> OWN_ON_A_LETTER = OWN.or(DeadLetterHeaders::isAdded);

    private final boolean trusted;
    private final MessageDigest sha256;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    /** @param trusted whether the router keeps the original timestamp in a header of the source */
    Digester(boolean trusted) {
        this.trusted = trusted;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
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
    Digest letter(ConsumerRecord<byte[], byte[]> record) {
        return digest(record, OWN_ON_A_LETTER, copyTimestampMs(record));
    }

    /** The digest that a whole dead letter of a record of the source has. */
    Digest letterOf(ConsumerRecord<byte[], byte[]> record) {
        return digest(record, OWN_ON_A_LETTER, sourceTimestampMs(record));
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

    /** With its length, so that no two sequences of parts look the same; a null is not an empty array. */
    private void put(byte[] bytes) {
        put(bytes == null ? -1L : bytes.length);
        if (bytes != null) {
            sha256.update(bytes);
        }
    }

    private void put(long value) {
        sha256.update(number.putLong(0, value).array());
    }

    /** Spreads a number's bits; a bijection, so that different numbers stay different. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 31)) * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 29)) * 0xD6E8FEB86659FD93L ^ (mixed >>> 32);
    }
}
