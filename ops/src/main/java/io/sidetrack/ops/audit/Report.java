package io.sidetrack.ops.audit;

import io.sidetrack.ops.audit.Finding.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The result of an audit.
 *
 * @param scope what was audited
 * @param source source records before the committed offsets of the router's group
 * @param notYetRouted source records from those offsets on that have no copy
 * @param copies records read from each lane and the dead-letter topic
 * @param parked records that routers have parked and that are not copied to the lane
 * @param discarded records without a copy whose backfill is cancelled, so that its records are discarded
 * @param returned copies of records that were on the lane before a writer parked them
 * @param replayed lane records that are replays of dead letters or of a part of a topic
 * @param outside lane records that match no source record of the range
 * @param undecided records whose order is unknown: there are identical ones on another lane or in another partition of the
 *     source, and it is unknown which copy belongs to which record
 * @param findings the broken promises
 */
record Report(
        Scope scope,
        long source,
        long notYetRouted,
        Map<String, Long> copies,
        long parked,
        long discarded,
        long returned,
        long replayed,
        long outside,
        long undecided,
        FindingTally findings) {
    /** True if the router has kept its promises. */
    boolean isClean() {
        return wrong().isEmpty();
    }

    /** The kinds of findings that break a promise. */
    Set<Kind> wrong() {
        Set<Kind> wrong = new TreeSet<>();
        Arrays.stream(Kind.values())
                .filter(kind -> findings.count(kind) > 0 && !isAllowed(kind))
                .forEach(wrong::add);
        return wrong;
    }

    /** True if findings of this kind are counted, but accepted. */
    boolean isAllowed(Kind kind) {
        return scope.allowDuplicates() && (kind == Kind.DUPLICATED || kind == Kind.IN_TWO_PLACES);
    }
}
