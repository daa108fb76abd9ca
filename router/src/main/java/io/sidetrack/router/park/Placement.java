package io.sidetrack.router.park;

/** Where a record that belongs on the backfill lane goes. */
public enum Placement {
    /** To its lane. */
    LANE,
    /** To the topic for parked records, from which it is copied to the lane when its backfill is resumed. */
    PARKED,
    /** Nowhere: its backfill is cancelled, and its records are not wanted any more. */
    DISCARDED
}
