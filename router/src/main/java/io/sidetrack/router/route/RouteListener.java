package io.sidetrack.router.route;

import io.sidetrack.common.lane.BackfillNames;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.placement.Refusal;

/** Receives where records went, once their transaction is committed. Called by any stream thread. */
public interface RouteListener {
    /** Some records went to their lane. */
    void routed(Classification classification, long records);

    /**
     * Some of these records went to the backfill lane because of the header.
     *
     * @param name the backfill's name, from {@link BackfillNames}
     */
    void routedToBackfill(String name, long records);

    /**
     * Some records went to the topic for parked records.
     *
     * @param name the backfill's name, from {@link BackfillNames}
     */
    void parked(String name, long records);

    /**
     * Some records went nowhere, because their backfill is cancelled.
     *
     * @param name the backfill's name, from {@link BackfillNames}
     */
    void discarded(String name, long records);

    /**
     * A record went to the dead-letter topic.
     *
     * @param whole false if its dead letter is reduced
     */
    void deadLettered(Refusal refusal, String topic, int partition, long offset, boolean whole);

    /**
     * Records of the source were deleted before they were read.
     *
     * @param from the first deleted offset
     * @param to the offset at which reading continues
     */
    void lost(String topic, int partition, long from, long to);
}
