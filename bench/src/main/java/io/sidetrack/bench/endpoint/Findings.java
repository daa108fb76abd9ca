package io.sidetrack.bench.endpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The result of an {@link Audit}.
 *
 * @param missing keys that are not in the table
 * @param stale keys whose last version is not in the table
 * @param older writes of an older version over a newer one
 * @param overlapping writes of a key while an earlier one was in flight, or twice in one batch
 * @param foreign writes of a version under a key that it does not belong to, or without a version
 * @param repeated writes of a version that the table already has; allowed after a restart
 */
public record Findings(long missing, long stale, long older, long overlapping, long foreign, long repeated) {
    /** The numbers in one line, for {@link #parse}. */
    String toLine() {
        return LongStream.of(missing, stale, older, overlapping, foreign, repeated)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(" "));
    }

    /** Parses a line of {@link #toLine}. */
    public static Findings parse(String line) {
        long[] numbers =
                Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Findings(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    /** True if the table has the last version of every key and no write was out of order; repeated writes are harmless. */
    public boolean isClean() {
        return missing + stale + older + overlapping + foreign == 0;
    }

    /** The findings in words. */
    @Override
    public String toString() {
        List<String> found = new ArrayList<>();
        note(found, missing, "missing");
        note(found, stale, "stale");
        note(found, older, "older over newer");
        note(found, overlapping, "overlapping");
        note(found, foreign, "under a wrong key");
        note(found, repeated, "repeated");
        return found.isEmpty() ? "all present and newest" : String.join(", ", found);
    }

    private static void note(List<String> found, long count, String what) {
        if (count > 0) {
            found.add(String.format(Locale.ROOT, "%,d %s", count, what));
        }
    }
}
