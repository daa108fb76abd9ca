package io.sidetrack.common.status;

import java.util.Locale;

/** What a service has done with a record of a backfill. */
public enum BackfillOutcome {
    /** The router has sent it to the backfill lane. */
    ROUTED,
    /** It is in the topic for parked records. */
    PARKED,
    /** It was dropped, because its backfill is cancelled. */
    DISCARDED,
    /** A writer has written it. */
    WRITTEN,
    /** A newer record of its key replaced it before it was written. */
    SUPERSEDED,
    /** The table had something that takes precedence. */
    STALE,
    /** It is in a writer's dead-letter topic. */
    DEAD_LETTERED;

    /** The name in JSON, such as {@code dead_lettered}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
