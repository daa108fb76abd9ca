package io.sidetrack.ops.verify;

import io.sidetrack.mapping.settings.WriteMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the records of one key say that the table contains. Usually, that is one record. If the records of a key are in several
 * partitions, because the Kafka key differs from the table's key or the lane has grown, their order is unknown, and the last
 * record of each partition is a candidate. Not thread-safe.
 */
final class Expectation {
    private final WriteMode mode;
    private final List<Entry> settled = new ArrayList<>(1);
    private final List<Entry> pending = new ArrayList<>(0);
    private boolean selected;
    private boolean scanned;
    private boolean accounted;

    Expectation(WriteMode mode) {
        this.mode = mode;
    }

    /**
     * Adds an entry of the key. Entries may come in any order.
     *
     * @return how much more heap this expectation occupies, in bytes: an estimate
     */
    long add(Entry entry) {
        if (entry.kind() == Entry.Kind.SCANNED) {
            scanned = true;
            return 0;
        }
        accounted = true;
        if (entry.kind() == Entry.Kind.ACCOUNT) {
            return 0;
        }
        selected |= entry.phase().isSelected();
        if (mode == WriteMode.KEEP_EXISTING && entry.kind() == Entry.Kind.DELETE) {
            return 0;
        }
        List<Entry> candidates = entry.phase().isPending() ? pending : settled;
        int before = candidates.size();
        fold(candidates, entry);
        return (candidates.size() - before) * entry.heldBytes();
    }

    private void fold(List<Entry> candidates, Entry entry) {
        if (mode == WriteMode.NEWEST_WINS && !candidates.isEmpty()) {
            int order = compareVersions(entry, candidates.get(0));
            if (order < 0) {
                return;
            }
            if (order > 0) {
                candidates.clear();
            }
        }
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).stream() == entry.stream()) {
                boolean isLater = entry.offset() > candidates.get(i).offset();
                if (isLater == (mode != WriteMode.KEEP_EXISTING)) {
                    candidates.set(i, entry);
                }
                return;
            }
        }
        candidates.add(entry);
    }

    /** The order of two records; 0 also if it is unknown. */
    private static int compareVersions(Entry one, Entry other) {
        if (one.number().isEmpty() || other.number().isEmpty()) {
            return 0;
        }
        int order = one.number().get().compareTo(other.number().get());
        return order != 0 || one.tie().isEmpty() || other.tie().isEmpty()
                ? order
                : Long.compare(one.tie().getAsLong(), other.tie().getAsLong());
    }

    /** True if the key is to be verified: it has a record in the selected part. */
    boolean isSelected() {
        return selected;
    }

    /** True if a scan has found the key, and no record accounts for it. */
    boolean isExtra() {
        return scanned && !accounted;
    }

    /** True if the order of the key's records is not known. */
    boolean isUnordered() {
        return settled.size() > 1;
    }

    /** The records of which the table contains one, if the writer has committed them. */
    List<Entry> settled() {
        return settled;
    }

    /** The records of which the table may contain one already. */
    List<Entry> pending() {
        return pending;
    }

    /** A record to name in a finding. */
    Optional<Entry> any() {
        return settled.stream().findFirst().or(() -> pending.stream().findFirst());
    }
}
