package io.sidetrack.ops.audit;

import io.sidetrack.ops.audit.Finding.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts findings by kind, and keeps the first few of each. Not thread-safe. */
final class FindingTally {
    private final int kept;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Map<Kind, List<Finding>> first = new EnumMap<>(Kind.class);

    /** @param kept how many findings of each kind to keep */
    FindingTally(int kept) {
        this.kept = kept;
    }

    void add(Kind kind, Finding finding) {
        counts.merge(kind, 1L, Long::sum);
        List<Finding> some = first.computeIfAbsent(kind, none -> new ArrayList<>());
        if (some.size() < kept) {
            some.add(finding);
        }
    }

    void addUnseen(Kind kind, long count) {
        if (count > 0) {
            counts.merge(kind, count, Long::sum);
        }
    }

    long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    List<Finding> first(Kind kind) {
        return List.copyOf(first.getOrDefault(kind, List.of()));
    }
}
