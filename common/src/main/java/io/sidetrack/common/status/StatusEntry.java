package io.sidetrack.common.status;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the owners of one partition have done with the records of each backfill, since the first of them began to count. Immutable.
 *
 * @param owner who has written the entry: different for each owner of the partition
 * @param next the offset after the last record that is counted
 * @param closed whether the owner gave the partition up after that, so that the next one counts from there
 * @param sinceMs when the first owner began to count, in ms since 1970
 * @param atMs when the entry was written, in ms since 1970
 * @param uncertain an upper limit of the number of records that are not counted, or twice, because an owner ended without its last
 *     entry
 * @param names the counts, by name of the backfill; at most {@link #MOST_NAMES} of them, with the rest under {@link #OTHER}
 */
public record StatusEntry(
        String owner,
        long next,
        boolean closed,
        long sinceMs,
        long atMs,
        long uncertain,
        SortedMap<String, NameCounts> names) {
    /** The number of names with counts of their own. */
    public static final int MOST_NAMES = 100;
    /** The name of all others. */
    public static final String OTHER = "(other)";

    /**
     * The counts of one backfill.
     *
     * @param lastMs when the last record was counted, in ms since 1970
     * @param records the number of records, by outcome
     */
    public record NameCounts(long lastMs, Map<BackfillOutcome, Long> records) {
        /** @throws IllegalArgumentException if something is missing or negative */
        public NameCounts {
            if (lastMs < 0 || records == null) {
                throw new IllegalArgumentException("incomplete");
            }
            records.forEach((outcome, count) -> {
                if (outcome == null || count == null || count < 0) {
                    throw new IllegalArgumentException(outcome + " " + count);
                }
            });
            records = Collections.unmodifiableMap(new TreeMap<>(records));
        }

        /** The sum of both. */
        public NameCounts plus(NameCounts other) {
            Map<BackfillOutcome, Long> sum = new TreeMap<>(records);
            other.records.forEach((outcome, count) -> sum.merge(outcome, count, StatusEntry::plus));
            return new NameCounts(Math.max(lastMs, other.lastMs), sum);
        }
    }

    /** @throws IllegalArgumentException if something is missing or negative, or there are too many names */
    public StatusEntry {
        if (owner == null || next < 0 || sinceMs < 0 || atMs < 0 || uncertain < 0 || names == null) {
            throw new IllegalArgumentException("incomplete");
        }
        if (names.size() > MOST_NAMES + 1 || names.containsValue(null)) {
            throw new IllegalArgumentException(names.size() + " names");
        }
        names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
    }

    /** The sum of two numbers that are not negative, or the largest one: anyone who can write the topic can choose them. */
    static long plus(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    /** The sum of two sets of counts. The names that were counted longest ago lose theirs to {@link #OTHER}. */
    static SortedMap<String, NameCounts> sum(Map<String, NameCounts> one, Map<String, NameCounts> other) {
        SortedMap<String, NameCounts> sum = new TreeMap<>(one);
        other.forEach((name, counts) -> sum.merge(name, counts, NameCounts::plus));
        while (sum.size() - (sum.containsKey(OTHER) ? 1 : 0) > MOST_NAMES) {
            String oldest = sum.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(OTHER))
                    .min(Map.Entry.comparingByValue((a, b) -> Long.compare(a.lastMs, b.lastMs)))
                    .orElseThrow()
                    .getKey();
            sum.merge(OTHER, sum.remove(oldest), NameCounts::plus);
        }
        return sum;
    }
}
