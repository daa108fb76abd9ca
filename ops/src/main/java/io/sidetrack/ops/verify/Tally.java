package io.sidetrack.ops.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts outcomes, and keeps the first few findings of each. Not thread-safe. */
final class Tally {
    private final int kept;
    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private final Map<Outcome, List<Finding>> first = new EnumMap<>(Outcome.class);
    private long keys;
    private long unordered;
    private long silent;

    /** @param kept how many findings of each outcome to keep */
    Tally(int kept) {
        this.kept = kept;
    }

    /** Counts a key, or a record that has none. */
    void add(Outcome outcome) {
        counts.merge(outcome, 1L, Long::sum);
    }

    /** True if another finding of this outcome would be kept. */
    boolean wants(Outcome outcome) {
        return !outcome.isGood() && first(outcome).size() < kept;
    }

    /** Keeps the details of what was counted last, if there is room. */
    void keep(Outcome outcome, Finding finding) {
        if (wants(outcome)) {
            first.computeIfAbsent(outcome, none -> new ArrayList<>()).add(finding);
        }
    }

    /**
     * Counts a key that has records in the selected part.
     *
     * @param isUnordered whether the order of its records is unknown
     * @param isSilent whether its records say nothing about the table
     */
    void addKey(boolean isUnordered, boolean isSilent) {
        keys++;
        unordered += isUnordered ? 1 : 0;
        silent += isSilent ? 1 : 0;
    }

    long count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0L);
    }

    List<Finding> first(Outcome outcome) {
        return List.copyOf(first.getOrDefault(outcome, List.of()));
    }

    /** The number of keys that have been compared. */
    long keys() {
        return keys;
    }

    /** The number of keys whose records have no order. */
    long unordered() {
        return unordered;
    }

    /** The number of keys whose records say nothing about the table. */
    long silent() {
        return silent;
    }

    /** True if there is no finding. */
    boolean isClean() {
        return counts.keySet().stream().allMatch(Outcome::isGood);
    }
}
