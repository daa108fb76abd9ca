package io.sidetrack.ops.parked;

import io.sidetrack.common.record.ParkedBy;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;

/** The parked records of one backfill. Remembers durably which of them are copied to the lane or discarded. */
interface ParkedRecords {
    /**
     * Copies records to the lane that are neither copied nor discarded, in their order. Waits for open transactions.
     *
     * @param by who has parked the records
     * @param to by partition of the parked topic, the offset at which to stop
     * @param keepGoing checked now and then
     * @return false if it has stopped before that, because it should not keep going
     */
    boolean copy(ParkedBy by, SortedMap<Integer, Long> to, BooleanSupplier keepGoing);

    /**
     * Completes the last copy of what writers have parked, if it was interrupted: up to the offset at which it was to stop.
     *
     * @return as {@link #copy}
     */
    boolean complete(BooleanSupplier keepGoing);

    /** Discards records instead; otherwise as {@link #copy}. */
    boolean discard(ParkedBy by, SortedMap<Integer, Long> to, BooleanSupplier keepGoing);

    /**
     * True if some record before these offsets is neither copied nor discarded, or may be committed and is neither. Does not wait
     * for open transactions.
     *
     * @param to by partition of the parked topic
     */
    boolean anyLeft(SortedMap<Integer, Long> to);

    /** The number of records that this command has copied. */
    long copied();

    /** The number of records that this command has discarded. */
    long discarded();
}
