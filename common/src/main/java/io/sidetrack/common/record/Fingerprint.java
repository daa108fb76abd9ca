package io.sidetrack.common.record;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The size and SHA-256 of a record's key or value, which identify it where the bytes themselves are left out.
 *
 * @param sha256 in lower-case hexadecimal digits, as {@code sha256sum} prints it
 */
public record Fingerprint(long bytes, String sha256) {
    /** The fingerprint of some bytes. */
    public static Fingerprint of(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Fingerprint(bytes.length, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
