package io.sidetrack.router.park;

import java.util.Optional;

/**
 * The records of one backfill and one partition of the source that may be parked and not yet copied back to the lane, as an
 * inexact range: each of them is in it, but not every offset in it is one of them.
 *
 * @param first the lowest offset, in the source
 * @param last the highest offset
 */
record ParkedSpan(long first, long last) {
    /** This range, and one more record. */
    ParkedSpan plus(long offset) {
        return new ParkedSpan(Math.min(first, offset), Math.max(last, offset));
    }

    /**
     * What is left of this range if the transactions with the records from an offset on were aborted; empty if nothing is.
     *
     * @param offset where the partition is read again
     */
    Optional<ParkedSpan> before(long offset) {
        return first < offset ? Optional.of(new ParkedSpan(first, Math.min(last, offset - 1))) : Optional.empty();
    }
}
