package io.sidetrack.router.place;

import io.sidetrack.common.topic.TopicFacts;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * What a topic does not take. Asked before a record is sent, because a transaction in which a producer was refused a
 * record can only be aborted: the thread would die of it, and of the same record again after each restart. Thread-safe.
 */
public final class LaneLimits {
    /** Of a batch and of a record in it, besides what is in the record (KIP-98): rounded up. */
    private static final int OVERHEAD_BYTES = 61 + 21 + 10;
    /** Of a header, besides its name and value. */
    private static final int HEADER_BYTES = 10;
    /** A character of a header's name in UTF-8, at most. */
    private static final int CHARACTER_BYTES = 3;

    private final int maxMessageBytes;
    private final int maxRequestBytes;
    private final boolean needsKey;
    private final Compression compression;

    /**
     * @param topic as the cluster describes it
     * @param maxRequestBytes the producer's {@code max.request.size}, which counts before compression
     * @param compression as in {@code compression.type}
     */
    public LaneLimits(TopicFacts topic, int maxRequestBytes, String compression) {
        this.maxMessageBytes = topic.maxMessageBytes();
        this.maxRequestBytes = maxRequestBytes;
        this.needsKey = topic.cleanupPolicy().contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        this.compression = Compression.of(compression).build();
    }

    /** Why the topic would refuse a record; empty if it takes it. */
    public Optional<Refusal> refusal(byte[] key, byte[] value, Headers headers) {
        if (needsKey && key == null) {
            return Optional.of(Refusal.NO_KEY);
        }
        long bytes = mostBytes(key, value, headers);
        // What cannot be compressed gets larger by it: a sixth at most, with snappy.
        if (bytes + bytes / 6 <= Math.min(maxMessageBytes, maxRequestBytes)) {
            return Optional.empty();
        }
        return bytes > maxRequestBytes || batchBytes(key, value, headers) > maxMessageBytes
                ? Optional.of(Refusal.TOO_LARGE)
                : Optional.empty();
    }

    /** At least what a batch with this record alone has before compression. */
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

    /** What a batch with this record alone has; of several in one the producer makes smaller ones if it must. */
    private int batchBytes(byte[] key, byte[] value, Headers headers) {
        return MemoryRecords.withRecords(compression, new SimpleRecord(0, key, value, headers.toArray()))
                .sizeInBytes();
    }
}
