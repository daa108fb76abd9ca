package io.sidetrack.ops.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.ItemKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hashes keys of the table with SHA-256, so that no producer can choose keys that end up in one file. The upper bits choose the
 * file, the lower ones decide whether a key belongs to a sample. Not thread-safe.
 */
final class KeyHash {
    private final MessageDigest sha256;

    KeyHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    long of(ItemKey key) {
        byte[] partition = key.partition().getBytes(UTF_8);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, partition.length));
        sha256.update(partition);
        return ByteBuffer.wrap(sha256.digest(key.sort().getBytes(UTF_8))).getLong();
    }

    /**
     * True if a key belongs to a sample. The same keys belong to it in every run.
     *
     * @param percent the size of the sample, above 0 and at most 100
     */
    static boolean isInSample(long hash, double percent) {
        return (hash & 0xFFFF_FFFFL) < percent / 100 * 0x1_0000_0000L;
    }
}
