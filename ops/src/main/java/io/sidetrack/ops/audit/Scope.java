package io.sidetrack.ops.audit;

import java.util.List;
import java.util.Map;

/**
 * What is audited, and which promises must hold.
 *
 * @param source the shared topic
 * @param lanes the lanes
 * @param deadLetters the router's dead-letter topic
 * @param parked the topic for parked records
 * @param backfills the backfills that an operator has paused, cancelled or resumed
 * @param routed the committed offsets of the router's group, by partition of the source: earlier records must have a copy
 * @param deleted offsets that a lane no longer holds, by lane: there may have been copies
 * @param whole whether the range is everything that the source ever contained, so that each lane record must match
 * @param allowDuplicates whether a record may have several copies, as with {@code at_least_once}
 * @param allowSpread whether a key may be in several partitions of a lane
 * @param kept how many findings of each kind to keep
 */
record Scope(
        String source,
        List<String> lanes,
        String deadLetters,
        Parked parked,
        NamedRecords backfills,
        Map<Integer, Long> routed,
        Map<String, Long> deleted,
        boolean whole,
        boolean allowDuplicates,
        boolean allowSpread,
        int kept) {

    /**
     * The topic for parked records. The copies may progress while the lanes are read.
     *
     * @param lane the backfill lane, to which they return
     * @param before what was copied before the ends of the lanes were determined, and so is on the lane
     * @param after what was copied after that; the rest is not on the lane
     */
    record Parked(String topic, String lane, CopiedOffsets before, CopiedOffsets after) {}
}
