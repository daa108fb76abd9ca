package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;

/**
 * The writes of one key: at most one that waits, and at most one that is busy.
 *
 * <pre>
 *            add               take               finished
 *   (none) -------▶ SENDABLE --------▶ BUSY ---------------------▶ (none)
 *                    ^    ^            |  ^ |
 *        delay ends  |    |      failed|  | | add
 *                    |    |            |  | v
 *                    |    |            | BUSY, ONE WAITS BEHIND
 *                    |    |            |    |            |
 *                    |    +------------|----+ finished   | failed: of the two, the one
 *                    |                 v                 | that takes precedence is kept
 *                    +------------- DELAYED ◀------------+
 *
 *   finished: written, stale, refused (becomes a dead letter), or failed after its partition was lost
 *   failed:   to be retried after a delay
 *   add, if another write waits already (SENDABLE, DELAYED, BEHIND): the one that takes precedence is kept in the same
 *             state, and the other is finished
 *   forget:   SENDABLE and DELAYED end; the write behind BUSY is dropped, and BUSY ends when its batch completes; a part
 *             of a batch, which is BUSY without being in flight, ends at once
 * </pre>
 */
final class KeySlot {
    final ItemKey key;

    /** The newest write of the key that has not been sent; null if there is none. */
    Write waiting;

    /** When the slot's oldest unfinished record was received. */
    long sinceNanos;

    /** When {@link #waiting} was received, if it waits behind a busy write. */
    long behindSinceNanos;

    /** When {@link #waiting} became sendable; the flush interval starts at this time. */
    long sendableSinceNanos;

    /** The queue in which {@link #waiting} is sendable; null if it is not. */
    SendQueue queue;

    /** Whether a hot key range has throttled the key's last write; its writes are sent apart from others. */
    boolean isHot;

    /**
     * Whether a write of the key is in flight, or belongs to a part of a batch that waits to be sent by itself.
     * Meanwhile, no other write of the key may be sent.
     */
    boolean busy;

    /** Whether {@link #waiting} is delayed. Never true together with {@link #busy}. */
    boolean delayed;

    /** Failed attempts since the key's last success. */
    int failures;

    KeySlot(ItemKey key) {
        this.key = key;
    }
}
