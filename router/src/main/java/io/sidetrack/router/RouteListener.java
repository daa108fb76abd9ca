package io.sidetrack.router;

import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.placement.Refusal;

/** Receives where records went, when that cannot be undone any more; on any stream thread. */
interface RouteListener {
    /** So many records went to their lane. */
    void routed(Verdict verdict, long records);

    /**
     * So many of these were a backfill's by their header.
     *
     * @param name as {@link BackfillNames} knows it
     */
    void named(String name, long records);

    /**
     * A record went to the dead letters.
     *
     * @param whole false if its letter is reduced
     */
    void buried(Refusal refusal, String topic, int partition, long offset, boolean whole);

    /**
     * Records of the source were deleted before they were read.
     *
     * @param from the first of their offsets
     * @param to the first offset behind them, at which reading goes on
     */
    void lost(String topic, int partition, long from, long to);
}
