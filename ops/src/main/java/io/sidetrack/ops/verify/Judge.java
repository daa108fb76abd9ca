package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.settings.WriteMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Compares what the records of a key say with what the table has. Pure.
 *
 * @param mode the writer's mode
 * @param markerTtl how long the marker of a deleted item stays; empty if a delete leaves none
 * @param nowMs the time of the comparison, in ms since 1970
 */
record Judge(WriteMode mode, Optional<Duration> markerTtl, long nowMs) {
    /**
     * The outcome for one key.
     *
     * @param item the item in the table; empty if there is none
     * @return empty if the records say nothing about the table, as deletes in the mode keep-existing
     */
    Optional<Outcome> outcome(Expectation expectation, Optional<Observed> item) {
        Optional<Outcome> settled = best(expectation.settled(), item);
        if (settled.filter(outcome -> outcome == Outcome.EQUAL).isPresent()
                || expectation.pending().isEmpty()) {
            return settled;
        }
        Optional<Outcome> pending = best(expectation.pending(), item);
        return pending.filter(outcome -> outcome == Outcome.EQUAL || outcome == Outcome.NEWER)
                .or(() -> Optional.of(Outcome.PENDING));
    }

    private Optional<Outcome> best(List<Entry> candidates, Optional<Observed> item) {
        return candidates.stream().map(record -> outcome(record, item)).min(Outcome::compareTo);
    }

    private Outcome outcome(Entry record, Optional<Observed> item) {
        if (item.isEmpty()) {
            return absent(record);
        }
        Observed found = item.get();
        Optional<Integer> order = order(found, record);
        if (order.filter(compared -> compared > 0).isPresent()) {
            return Outcome.NEWER;
        }
        boolean isSameVersion = order.filter(compared -> compared == 0).isPresent();
        if (record.kind() == Entry.Kind.DELETE) {
            return deleted(record, found, isSameVersion);
        }
        if (found.isMarker()) {
            return mode == WriteMode.KEEP_EXISTING
                    ? Outcome.KEPT
                    : isSameVersion ? Outcome.DIFFERENT : Outcome.STALE_MARKER;
        }
        boolean isVersionRight = record.number().isEmpty() || isSameVersion;
        if (isVersionRight && found.content().isSameAs(record.content())) {
            return Outcome.EQUAL;
        }
        if (isSameVersion) {
            return Outcome.DIFFERENT;
        }
        if (mode == WriteMode.KEEP_EXISTING) {
            return Outcome.KEPT;
        }
        return order.isPresent() ? Outcome.OLDER : Outcome.DIFFERENT;
    }

    private Outcome absent(Entry record) {
        if (record.kind() == Entry.Kind.PUT) {
            return Outcome.MISSING;
        }
        boolean isMarkerAlive = markerTtl
                .filter(ttl -> record.timestampMs() + ttl.toMillis() > nowMs)
                .isPresent();
        return isMarkerAlive ? Outcome.MISSING : Outcome.EQUAL;
    }

    /** The outcome of a delete, if the table has no newer version. */
    private Outcome deleted(Entry record, Observed found, boolean isSameVersion) {
        if (!found.isMarker()) {
            return Outcome.PRESENT_ALTHOUGH_DELETED;
        }
        // If the version of the record is not known, the marker may be its own.
        boolean isKnown = record.number().isPresent() || markerTtl.isEmpty();
        if (isKnown && !isSameVersion) {
            return Outcome.STALE_MARKER;
        }
        return markerTtl.isPresent() && found.content().isSameAs(record.content()) ? Outcome.EQUAL : Outcome.DIFFERENT;
    }

    /** Positive if the item is newer than the record; empty if they cannot be compared. */
    private static Optional<Integer> order(Observed item, Entry record) {
        if (item.version().isEmpty() || record.number().isEmpty()) {
            return Optional.empty();
        }
        Version version = item.version().get();
        int order = version.number().compareTo(record.number().get());
        return Optional.of(
                order != 0 || record.tie().isEmpty()
                        ? order
                        : Long.compare(version.tie(), record.tie().getAsLong()));
    }
}
