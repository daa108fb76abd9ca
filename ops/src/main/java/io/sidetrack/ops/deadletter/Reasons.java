package io.sidetrack.ops.deadletter;

import java.util.Set;

/** The names under which dead letters are counted. Their number is limited, because any producer can invent reasons. */
final class Reasons {
    private static final int MAX_LENGTH = 200;
    private static final int MAX_REASONS = 1_000;
    private static final String OTHERS = "(other reasons)";

    private Reasons() {}

    /**
     * The name for a dead letter's reason.
     *
     * @param known the names that are in use
     */
    static String limited(DeadLetter deadLetter, Set<String> known) {
        String reason = deadLetter.reason();
        if (reason.length() > MAX_LENGTH) {
            reason = reason.substring(0, MAX_LENGTH);
        }
        return known.contains(reason) || known.size() < MAX_REASONS ? reason : OTHERS;
    }
}
