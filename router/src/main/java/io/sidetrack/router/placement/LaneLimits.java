package io.sidetrack.router.placement;

import io.sidetrack.common.topic.TopicFacts;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Which records a topic refuses. Checked before a record is sent, because a transaction with a rejected record can only be
 * aborted. Thread-safe.
 *
 * <p>A broker checks the size of a batch twice: as the producer has compressed it, and as it will be stored if the topic has a
 * {@code compression.type} of its own. The producer checks the size of the record before compression.
 */
public final class LaneLimits {
    /** The overhead of a batch with one record (KIP-98), rounded up. */
    private static final int OVERHEAD_BYTES = 61 + 21 + 10;
    /** The overhead of a header, besides its name and value. */
    private static final int HEADER_BYTES = 10;
    /** The largest size of a UTF-16 character in UTF-8. */
    private static final int CHARACTER_BYTES = 3;

    private static final String UNCOMPRESSED = "uncompressed";

    private final int maxBatchBytes;
    private final int maxRequestBytes;
    private final boolean needsKey;
    private final Compression sent;
    private final Compression stored;

    /**
     * @param topic the topic as the cluster describes it
     * @param maxRequestBytes the largest record that the producer can send, before compression
     * @param compression the producer's {@code compression.type}
     */
    public LaneLimits(TopicFacts topic, int maxRequestBytes, String compression) {
        this.maxBatchBytes = Math.min(topic.maxMessageBytes(), topic.segmentBytes());
        this.maxRequestBytes = maxRequestBytes;
        this.needsKey = topic.cleanupPolicy().contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        this.sent = Compression.of(compression).build();
        this.stored = stored(topic.compressionType(), sent);
    }

    private static Compression stored(String compressionType, Compression sent) {
        return switch (compressionType) {
            case TopicFacts.AS_PRODUCED -> sent;
            case UNCOMPRESSED -> Compression.NONE;
            default -> Compression.of(compressionType).build();
        };
    }

    /** Why the topic would refuse a record; empty if it accepts it. */
    public Optional<Refusal> refusal(byte[] key, byte[] value, Headers headers) {
        if (needsKey && key == null) {
            return Optional.of(Refusal.NO_KEY);
        }
        long bytes = mostBytes(key, value, headers);
        // Compression makes incompressible data larger: by a sixth at most, with snappy.
        if (bytes + bytes / 6 <= Math.min(maxBatchBytes, maxRequestBytes)) {
            return Optional.empty();
        }
        return bytes > maxRequestBytes || !fits(key, value, headers)
                ? Optional.of(Refusal.TOO_LARGE)
                : Optional.empty();
    }

    /** An upper bound for the size of a batch with only this record, before compression. */
    private static long mostBytes(byte[] key, byte[] value, Headers headers) {
        long bytes = OVERHEAD_BYTES + (long) length(key) + length(value);
        for (Header header : headers) {
            bytes += HEADER_BYTES + (long) header.key().length() * CHARACTER_BYTES + length(header.value());
        }
        return bytes;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** True if a batch with only this record fits. The producer splits a larger batch if it has to. */
    private boolean fits(byte[] key, byte[] value, Headers headers) {
        SimpleRecord record = new SimpleRecord(0, key, value, headers.toArray());
        return batchBytes(sent, record) <= maxBatchBytes
                && (stored.type() == sent.type() || batchBytes(stored, record) <= maxBatchBytes);
    }

    private static int batchBytes(Compression compression, SimpleRecord record) {
        return MemoryRecords.withRecords(compression, record).sizeInBytes();
    }
}
