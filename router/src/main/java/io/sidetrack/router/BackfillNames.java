package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of backfills as labels of a metric. Producers choose them and there may be any number, so the first
 * {@value #MOST} are kept and all others are one. Thread-safe.
 */
final class BackfillNames {
    static final int MOST = 100;
    static final String OTHER = "(other)";
    static final String UNNAMED = "(unnamed)";
    private static final int LONGEST_BYTES = 100;

    private final Map<ByteBuffer, String> names = new ConcurrentHashMap<>();

    /** The name that a header's value gives, which may be null; never throws, whatever is in it. */
    String of(byte[] value) {
        if (value == null || value.length == 0) {
            return UNNAMED;
        }
        if (value.length > LONGEST_BYTES) {
            return OTHER;
        }
        String known = names.get(ByteBuffer.wrap(value));
        if (known != null) {
            return known;
        }
        // Two threads at once may make it one or two more; what matters is that it ends.
        return names.size() < MOST
                ? names.computeIfAbsent(ByteBuffer.wrap(value.clone()), bytes -> text(value))
                : OTHER;
    }

    private static String text(byte[] value) {
        return new String(value, UTF_8).replaceAll("\\p{C}", "?");
    }
}
