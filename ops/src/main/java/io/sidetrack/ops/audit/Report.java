package io.sidetrack.ops.audit;

import io.sidetrack.ops.audit.Finding.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an audit has found.
 *
 * @param scope what was audited
 * @param source records of the source that the router's group has passed
 * @param notYetRouted records of the source behind that, without a copy
 * @param copies records read of each lane and the dead-letter topic
 * @param replayed records of the lanes that are there because a dead letter was replayed
 * @param outside records of the lanes that are not in the range of the source that was audited
 * @param undecided records of a key in an order that may be right: there are identical ones on another lane or in another
 *     partition of the source, and it is not known which is whose
 * @param findings what is wrong
 */
record Report(
        Scope scope,
        long source,
        long notYetRouted,
        Map<String, Long> copies,
        long replayed,
        long outside,
        long undecided,
        Findings findings) {
    /** Whether all that was promised is true. */
    boolean isClean() {
        return wrong().isEmpty();
    }

    /** The kinds of findings that break the promise. */
    Set<Kind> wrong() {
        Set<Kind> wrong = new TreeSet<>();
        Arrays.stream(Kind.values())
                .filter(kind -> findings.count(kind) > 0 && !isAllowed(kind))
                .forEach(wrong::add);
        return wrong;
    }

    /** Whether a finding of this kind is only counted. */
    boolean isAllowed(Kind kind) {
        return scope.allowDuplicates() && (kind == Kind.DUPLICATED || kind == Kind.IN_TWO_PLACES);
    }
}
