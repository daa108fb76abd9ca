package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.ItemKey;
import io.sidetrack.writer.model.Write;

/**
 * What the buffer knows of one key: at most one write that waits, and at most one that is busy.
 *
 * <pre>
 *            add               take               finished
 *   (none) -------> SENDABLE --------> BUSY ---------------------> (none)
 *                    ^    ^            |  ^ |
 *        delay ends  |    |      failed|  | | add
 *                    |    |            |  | v
 *                    |    |            | BUSY, ONE WAITS BEHIND
 *                    |    |            |    |            |
 *                    |    +------------|----+ finished   | failed: of the two, the one
 *                    |                 v                 | that takes precedence is kept
 *                    +------------- DELAYED <------------+
 *
 *   finished: written, stale, refused (a dead letter from then on), or disowned and failed
 *   failed:   to be sent again after a delay
 *   add to a slot in which one waits (SENDABLE, DELAYED, BEHIND): the one that takes precedence is kept in the same
 *             state, the other is finished
 *   forget:   SENDABLE and DELAYED end; BUSY keeps nothing behind it, and ends when its batch is answered; a part of a
 *             refused batch, which is BUSY without being in flight, ends at once
 * </pre>
 */
final class KeySlot {
    final ItemKey key;

    /** The newest write of the key that has not been sent; null if there is none. */
    Write waiting;

    /** When the slot's oldest unfinished record came in. */
    long sinceNanos;

    /** When {@link #waiting} came in, if it waits behind a busy write. */
    long behindSinceNanos;

    /** When {@link #waiting} could first be sent; the flush interval counts from here. */
    long sendableSinceNanos;

    /**
     * Whether a write of the key is in flight, or is part of a refused batch that waits to be sent by itself. While it
     * is, no other write of the key may be sent.
     */
    boolean busy;

    /** Whether {@link #waiting} must not be sent before a time. Never together with {@link #busy}. */
    boolean delayed;

    /** Failed tries since the key's last success. */
    int failures;

    KeySlot(ItemKey key) {
        this.key = key;
    }
}
