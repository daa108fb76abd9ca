package io.sidetrack.ops.audit;

import java.util.List;
import java.util.Map;

/**
 * What is audited, and by which promise.
 *
 * @param source the shared topic
 * @param lanes the lanes
 * @param deadLetters the router's dead-letter topic
 * @param routed where the router's group stands in each partition of the source: records before it must be there
 * @param deleted offsets that retention has deleted of a lane, if any: a copy may have lain there
 * @param whole whether every record was read that the source ever had, so that each record of a lane must be in it
 * @param allowDuplicates whether a record may be there more than once, as in {@code at_least_once}
 * @param allowSpread whether a key may be on several partitions of a lane
 * @param kept how many findings of a kind are kept
 */
record Scope(
        String source,
        List<String> lanes,
        String deadLetters,
        Map<Integer, Long> routed,
        Map<String, Long> deleted,
        boolean whole,
        boolean allowDuplicates,
        boolean allowSpread,
        int kept) {}
