package io.sidetrack.writer.table;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether updates in a batch request the attributes that an item had ({@code RETURNING}). DynamoDB documents this clause for
 * single statements only. If the first calls of updates are all invalid, updates are sent without it from then on; otherwise
 * every batch would be followed by a put of each item. Thread-safe.
 */
final class ReturnedValues {
    /** Calls that are invalid as a whole, before the first update that is not. One item can make its call invalid. */
    static final int MOST_REFUSED = 3;

    private static final Logger log = LoggerFactory.getLogger(ReturnedValues.class);

    private boolean accepted;
    private int refused;
    private volatile boolean requested = true;

    /** Whether updates have the clause. */
    boolean areRequested() {
        return requested;
    }

    /** An update with the clause took effect, or failed because of its condition only. */
    synchronized void accepted() {
        accepted = true;
    }

    /** All updates of a call were invalid, and had the clause. */
    synchronized void refused() {
        if (!accepted && requested && ++refused == MOST_REFUSED) {
            requested = false;
            log.warn(
                    "DynamoDB does not accept updates with RETURNING in a batch. They are sent without it: attributes that"
                            + " another program adds to an item without changing its version remain in a newer item.");
        }
    }
}
