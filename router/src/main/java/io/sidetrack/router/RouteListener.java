package io.sidetrack.router;

import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.place.Refusal;

/** Hears where records went; on any stream thread. */
interface RouteListener {
    /** So many records went to their lane. */
    void routed(Verdict verdict, long records);

    /**
     * So many of these were a backfill's by their header.
     *
     * @param name the header's value; may be null, or anything
     */
    void named(byte[] name, long records);

    /** A record went to the dead letters. */
    void buried(Refusal refusal, String topic, int partition, long offset);
}
