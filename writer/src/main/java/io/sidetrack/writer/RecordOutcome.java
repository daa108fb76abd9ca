package io.sidetrack.writer;

import java.util.Locale;

/** How a record of the lane is finished (W5), as a label of metrics. */
enum RecordOutcome {
    WRITTEN,
    /** By a newer record of its key, before it was sent. */
    SUPERSEDED,
    /** Something else takes precedence. */
    STALE,
    DEAD_LETTERED,
    /** Its backfill is paused or cancelled. */
    PARKED,
    /** Its backfill is cancelled, and the operator discards its records. */
    DISCARDED;

    /** The name in metrics, such as {@code dead_lettered}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
