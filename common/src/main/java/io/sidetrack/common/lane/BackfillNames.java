package io.sidetrack.common.lane;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of backfills as labels of a metric. Producers choose them, and their number is unlimited, so only the first
 * {@value #MOST} have a label of their own. Thread-safe.
 */
public final class BackfillNames {
    /** The number of names that have a label of their own. */
    public static final int MOST = 100;
    /** The label of all other names. */
    public static final String OTHER = "(other)";
    /** The label of records without a name. */
    public static final String UNNAMED = "(unnamed)";

    private static final int LONGEST_BYTES = 100;

    private final Map<ByteBuffer, String> names = new ConcurrentHashMap<>();

    /** The label for a header's value, which may be null. Never throws, whatever the value contains. */
    public String of(byte[] value) {
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
        // Concurrent threads can exceed the limit by one name each. It only has to be bounded.
        return names.size() < MOST
                ? names.computeIfAbsent(ByteBuffer.wrap(value.clone()), bytes -> text(value))
                : OTHER;
    }

    private static String text(byte[] value) {
        return new String(value, UTF_8).replaceAll("\\p{C}", "?");
    }
}
