package io.sidetrack.ops.scrape;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why DynamoDB throttled the calls of writers, from their metrics since their start.
 *
 * @param calls the number of calls, by cause
 */
public record Throttling(Map<Cause, Long> calls) {
    /** No writer was read, or none was throttled. */
    public static final Throttling NONE = new Throttling(Map.of());

    private static final Pattern LINE = Pattern.compile(
            "sidetrack_writer_throttled_calls_total\\{reason=\"([^\"]*)\",resource=\"([^\"]*)\"\\} (\\S+)");

    /**
     * A reason, and what it is about.
     *
     * @param reason DynamoDB's reason, such as {@code IndexWriteProvisionedThroughputExceeded}
     * @param resource the name of the table or index
     */
    public record Cause(String reason, String resource) implements Comparable<Cause> {
        @Override
        public int compareTo(Cause other) {
            int byResource = resource.compareTo(other.resource);
            return byResource != 0 ? byResource : reason.compareTo(other.reason);
        }

        /** Returns what an operator can do about it. */
        public String advice() {
            String what = (reason.startsWith("Index") ? "index " : "table ") + resource;
            if (reason.endsWith("WriteProvisionedThroughputExceeded")) {
                return "raise the write units of %s, or limit the backfill with `sidetrack backfill speed`"
                        .formatted(what);
            }
            if (reason.endsWith("WriteMaxOnDemandThroughputExceeded")) {
                return "raise or remove the maximum throughput that is set for " + what;
            }
            if (reason.endsWith("WriteAccountLimitExceeded")) {
                return "request a higher quota of write units for a table, or limit the backfill";
            }
            if (reason.equals("TableWriteKeyRangeThroughputExceeded")) {
                return "nothing, if the hot keys are few: only their items wait. Otherwise spread the partition keys, or"
                        + " pre-warm the table";
            }
            if (reason.equals("IndexWriteKeyRangeThroughputExceeded")) {
                return "choose a partition key with more distinct values for %s; only items of its hot values wait"
                        .formatted(what);
            }
            return "see the writers' log";
        }
    }

    /**
     * Adds up the causes over all writers.
     *
     * @param metrics of each writer, in Prometheus text format
     */
    public static Throttling of(Collection<String> metrics) {
        Map<Cause, Long> calls = new TreeMap<>();
        for (String one : metrics) {
            Matcher lines = LINE.matcher(one);
            while (lines.find()) {
                calls.merge(
                        new Cause(lines.group(1), lines.group(2)),
                        (long) Double.parseDouble(lines.group(3)),
                        Long::sum);
            }
        }
        return new Throttling(calls);
    }

    /** Returns a line for each cause, such as {@code throttled by by-city: IndexWriteProvisionedThroughputExceeded, 7 calls}. */
    public List<String> lines() {
        return calls.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "throttled by %s: %s, %,d calls",
                        entry.getKey().resource(),
                        entry.getKey().reason(),
                        entry.getValue()))
                .toList();
    }
}
