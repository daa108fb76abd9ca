package io.sidetrack.writer;

import io.sidetrack.common.control.NamedBackfill;

/** What the writer does with a record of a backfill lane, by the operator's setting for its backfill. */
enum Treatment {
    WRITE,
    PARK,
    DISCARD;

    /**
     * The treatment of a record. A backfill that was resumed is written from the offsets at which its parked records return to
     * the lane: a record before them that is read again must not overtake those that were parked.
     *
     * @param partition the record's partition on the lane
     * @param offset the record's offset on the lane
     */
    static Treatment of(NamedBackfill setting, int partition, long offset) {
        boolean isWritten =
                switch (setting.state()) {
                    case PAUSED, CANCELLED -> false;
                    case RESUMING, RESUMED -> offset >= setting.writeFrom().getOrDefault(partition, 0L);
                };
        return isWritten ? WRITE : setting.discards() ? DISCARD : PARK;
    }
}
