package io.sidetrack.ops.parked;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.log.Printable;
import io.sidetrack.common.settings.StartupException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The name of a backfill: the exact value of the header of its records.
 *
 * @param text 1 to {@value #MOST_BYTES} bytes of UTF-8, all printable
 */
public record BackfillName(String text) implements Comparable<BackfillName> {
    private static final int MOST_BYTES = 100;

    /**
     * A name that an operator has given as NAME.
     *
     * @throws StartupException if it cannot be the name of a backfill
     */
    public static BackfillName parse(String text) {
        problem(text).ifPresent(problem -> {
            throw new StartupException("NAME=" + text, problem, "Use the exact value of the header.");
        });
        return new BackfillName(text);
    }

    /** Why no command can address a backfill by this name; empty if it can. */
    public static Optional<String> problem(String text) {
        int bytes = text.getBytes(UTF_8).length;
        if (bytes == 0 || bytes > MOST_BYTES) {
            return Optional.of("has %d bytes in UTF-8, and a name has 1 to %d".formatted(bytes, MOST_BYTES));
        }
        if (!text.codePoints().allMatch(BackfillName::isPrintable)) {
            return Optional.of("contains a character that cannot be printed");
        }
        String value = text.strip();
        return value.equals("0") || value.equalsIgnoreCase("false")
                ? Optional.of("this value means live to the router")
                : Optional.empty();
    }

    private static boolean isPrintable(int c) {
        // What a broken header becomes when it is decoded: its bytes are not those of this character.
        return Printable.isPrintable(c) && c != '\uFFFD';
    }

    /**
     * True if a record belongs to this backfill.
     *
     * @param header the name of the header that names a record's backfill
     */
    boolean isOf(Headers headers, String header) {
        Header last = headers.lastHeader(header);
        return last != null && Arrays.equals(last.value(), text.getBytes(UTF_8));
    }

    @Override
    public int compareTo(BackfillName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
