package io.sidetrack.ops.progress;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfill.State;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusEntry.NameCounts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The progress of one named backfill, as the services have counted it.
 *
 * @param setting the operator's setting; empty if it has none
 * @param routers what the routers have counted; empty if no router has published counts of the source
 * @param writers what the writers have counted; empty if no writer has published counts of the lane
 * @param operators what commands have counted
 * @param perSecond how many records per second the writers have finished lately; empty if unknown
 */
record BackfillProgress(
        String name,
        Optional<NamedBackfill> setting,
        Optional<NameCounts> routers,
        Optional<NameCounts> writers,
        Optional<NameCounts> operators,
        OptionalDouble perSecond) {

    /** The number of its records in the source that the routers have processed. */
    long routed() {
        return of(routers, BackfillOutcome.ROUTED)
                + of(routers, BackfillOutcome.PARKED)
                + of(routers, BackfillOutcome.DISCARDED);
    }

    /** The number of records that the writers have written, or need not write. */
    long written() {
        return of(writers, BackfillOutcome.WRITTEN)
                + of(writers, BackfillOutcome.SUPERSEDED)
                + of(writers, BackfillOutcome.STALE);
    }

    long deadLettered() {
        return of(writers, BackfillOutcome.DEAD_LETTERED);
    }

    /** The number of records that routers, writers or commands have discarded. */
    long discarded() {
        return of(routers, BackfillOutcome.DISCARDED)
                + of(writers, BackfillOutcome.DISCARDED)
                + of(operators, BackfillOutcome.DISCARDED);
    }

    private static long of(Optional<NameCounts> counts, BackfillOutcome outcome) {
        return counts.map(NameCounts::records)
                .map(records -> records.get(outcome))
                .orElse(0L);
    }

    /**
     * The number of records that are neither written, dead letters, nor discarded, wherever they are. Empty if routers or writers
     * have not counted, or writers have counted more than routers, which began later or do not route all of them.
     */
    OptionalLong left() {
        long left = routed() - written() - deadLettered() - discarded();
        return routers.isEmpty() || writers.isEmpty() || left < 0 ? OptionalLong.empty() : OptionalLong.of(left);
    }

    /** Seconds until nothing is left, at the present rate; empty if unknown, or if its records are not written at present. */
    OptionalDouble secondsLeft() {
        if (left().isEmpty()) {
            return OptionalDouble.empty();
        }
        if (left().getAsLong() == 0) {
            return OptionalDouble.of(0);
        }
        double rate = perSecond.orElse(0);
        return rate > 0 ? OptionalDouble.of(left().getAsLong() / rate) : OptionalDouble.empty();
    }

    /** When a record was counted last, in ms since 1970. */
    long lastMs() {
        long last = 0;
        for (Optional<NameCounts> counts : List.of(routers, writers, operators)) {
            last = Math.max(last, counts.map(NameCounts::lastMs).orElse(0L));
        }
        return last;
    }

    /**
     * True if it needs no attention: nothing is left, and nothing has happened since a time.
     *
     * @param sinceMs the time, in ms since 1970
     */
    boolean isOver(long sinceMs) {
        boolean isSet = setting.filter(now -> now.state() != State.RESUMED).isPresent();
        return !isSet && left().orElse(1) == 0 && lastMs() < sinceMs;
    }
}
