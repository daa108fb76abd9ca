package io.sidetrack.ops.replay;

import io.sidetrack.common.settings.StartupException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * The keys of a file with one key per line. They are compared byte for byte, and kept in memory. The line feed, and a carriage return
 * before it, do not belong to a key; empty lines are skipped.
 *
 * @param sha256 the SHA-256 of the file, by which a later run recognizes it
 */
record KeyFile(Set<ByteBuffer> keys, String sha256) {
    static final int MAX_KEYS = 1_000_000;
    static final long MAX_BYTES = 64L * 1024 * 1024;
    /** The length of the longest one. */
    private static final int BYTE_ORDER_MARK = 3;

    /**
     * Reads a file.
     *
     * @throws StartupException if it cannot be read, is too large or has no key
     */
    static KeyFile read(String option, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw tooLarge(option, file);
            }
            try (InputStream in = Files.newInputStream(file)) {
                return read(option, file, in);
            }
        } catch (IOException e) {
            throw new StartupException(
                    option + "=" + file, "cannot be read (" + e + ")", "Name a file with one key per line.", e);
        }
    }

    /** As {@link #read(String, Path)}. The content of a pipe has no size before it is read. */
    static KeyFile read(String option, Path file, InputStream content) throws IOException {
        MessageDigest digest = newSha256();
        InputStream in = new BufferedInputStream(new DigestInputStream(content, digest));
        Set<ByteBuffer> keys = new HashSet<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        requireNoByteOrderMark(option, file, in);
        long bytes = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (++bytes > MAX_BYTES) {
                throw tooLarge(option, file);
            }
            if (next == '\n') {
                add(line, keys);
                if (keys.size() > MAX_KEYS) {
                    throw tooLarge(option, file);
                }
            } else {
                line.write(next);
            }
        }
        add(line, keys);
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw keys.isEmpty()
                    ? new StartupException(option + "=" + file, "has no key", "Name a file with one key per line.")
                    : tooLarge(option, file);
        }
        return new KeyFile(keys, HexFormat.of().formatHex(digest.digest()));
    }

    /** Editors write such marks unasked. The first key would never match, and with UTF-16, no key would. */
    private static void requireNoByteOrderMark(String option, Path file, InputStream in) throws IOException {
        in.mark(BYTE_ORDER_MARK);
        String head = HexFormat.of().formatHex(in.readNBytes(BYTE_ORDER_MARK));
        in.reset();
        if (head.equals("efbbbf") || head.startsWith("fffe") || head.startsWith("feff")) {
            throw new StartupException(
                    option + "=" + file,
                    "begins with a byte order mark",
                    "Save it without one, in the encoding of the keys.");
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void add(ByteArrayOutputStream line, Set<ByteBuffer> keys) {
        byte[] bytes = line.toByteArray();
        line.reset();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        if (length > 0) {
            keys.add(ByteBuffer.wrap(bytes, 0, length).slice());
        }
    }

    private static StartupException tooLarge(String option, Path file) {
        return new StartupException(
                option + "=" + file,
                "has more than %,d keys or %,d bytes, which are kept in memory".formatted(MAX_KEYS, MAX_BYTES),
                "Split it, and replay each part with an --id of its own.");
    }
}
