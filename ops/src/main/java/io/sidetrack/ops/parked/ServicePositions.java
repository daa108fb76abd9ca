package io.sidetrack.ops.parked;

import io.sidetrack.common.topic.TopicIdentity;
import java.util.SortedMap;

/** How far routers and writers are. */
interface ServicePositions {
    /** The identity of the backfill lane. */
    TopicIdentity lane();

    /** The identity of the source; null if no router reads it any more. */
    TopicIdentity source();

    /** The ends of the backfill lane, by partition, including records of open transactions. */
    SortedMap<Integer, Long> laneEnds();

    /** The ends of the parked topic, by partition, including records of open transactions. */
    SortedMap<Integer, Long> parkedEnds();

    /**
     * The offsets of the source that the routers have committed, by partition, after the transactions that commit them are completed.
     * Every record before such an offset is on its lane or parked. Empty if no router reads the source any more.
     */
    SortedMap<Integer, Long> routed();

    /** A text that differs if a partition of the source has changed its owner. */
    String owners();

    /**
     * How much of the lane each group of writers has not read.
     *
     * @param to by partition of the lane, the offset before which to look
     * @return by group, the number of offsets; 0 if none of them has a record
     */
    SortedMap<String, Long> unread(SortedMap<Integer, Long> to);
}
