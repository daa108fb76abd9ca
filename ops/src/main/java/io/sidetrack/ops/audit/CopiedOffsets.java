package io.sidetrack.ops.audit;

import io.sidetrack.common.record.ParkedBy;

/** How far parked records have been copied back to the lane, or discarded, at some moment. */
@FunctionalInterface
interface CopiedOffsets {
    /**
     * The first offset of a partition of the parked topic that is neither copied nor discarded.
     *
     * @param backfill the name of the backfill
     * @param by who has parked its records
     */
    long next(String backfill, ParkedBy by, int partition);
}
