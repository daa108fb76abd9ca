package io.sidetrack.ops.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The id of a replay for which no other is given: the same for the same options, as they were written. */
final class RequestId {
    private static final int MAX_NAME = 80;
    private static final int DIGITS = 12;

    private RequestId() {}

    /** A value as part of a request: free text can contain what looks like a further option. */
    static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** An id such as {@code orders-1f3a5c7d9b20}. */
    static String of(String topic, String target, String request) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((topic + "\n" + target + "\n" + request).getBytes(UTF_8));
            return topic.substring(0, Math.min(MAX_NAME, topic.length())) + "-"
                    + HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
