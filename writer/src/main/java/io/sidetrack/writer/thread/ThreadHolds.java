package io.sidetrack.writer.thread;

import io.sidetrack.writer.hold.Hold;
import io.sidetrack.writer.hold.Hold.WaitingForCommit;
import io.sidetrack.writer.hold.Hold.WaitingForRoom;
import io.sidetrack.writer.hold.Holds;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Decides when the holds of one stream thread begin and end.
 *
 * <pre>
 *                    full                                     flush not durable in time
 *   (reading) -----------------▶ WAITING FOR ROOM   (reading) --------------------------▶ WAITING FOR COMMIT
 *             ◀-----------------                              ◀--------------------------
 *                room, retired                                 durable; tasks closed; empty for the grace
 *                                                              period; retired
 * </pre>
 *
 * Both may be active at once. Not thread-safe: the caller holds the writer's lock.
 */
final class ThreadHolds {
    private final Holds holds;
    private final Hold room;
    private final Hold commit;
    private final long graceNanos;

    private boolean roomHeld;
    /** The open tasks among those whose commit was put off; empty if no commit is waited for. */
    private final Set<LaneTask> toCommit = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Since when the buffer has been empty while a commit is waited for; {@link Long#MAX_VALUE} if it is not. */
    private long emptySinceNanos = Long.MAX_VALUE;

    /** @param graceNanos how long Streams has to flush again after the buffer has become empty */
    ThreadHolds(Holds holds, String thread, long graceNanos) {
        this.holds = holds;
        this.room = new WaitingForRoom(thread);
        this.commit = new WaitingForCommit(thread);
        this.graceNanos = graceNanos;
    }

    void full() {
        roomHeld = true;
        holds.add(room);
    }

    void commitPutOff(Collection<LaneTask> openTasks) {
        toCommit.addAll(openTasks);
        if (!toCommit.isEmpty()) {
            holds.add(commit);
        }
    }

    void durable() {
        toCommit.clear();
        endCommit();
    }

    void closed(LaneTask task) {
        if (toCommit.remove(task) && toCommit.isEmpty()) {
            endCommit();
        }
    }

    void retired() {
        endRoom();
        durable();
    }

    /** Ends what has come to its end; called after every event and every tick. */
    void update(boolean hasRoom, boolean isEmpty, long nowNanos) {
        if (roomHeld && hasRoom) {
            endRoom();
        }
        if (toCommit.isEmpty()) {
            return;
        }
        if (!isEmpty) {
            emptySinceNanos = Long.MAX_VALUE;
        } else if (emptySinceNanos == Long.MAX_VALUE) {
            emptySinceNanos = nowNanos;
        } else if (nowNanos - emptySinceNanos >= graceNanos) {
            durable();
        }
    }

    /** When {@link #update} must be called at the latest; {@link Long#MAX_VALUE} for never. */
    long nextDueNanos() {
        return emptySinceNanos == Long.MAX_VALUE ? Long.MAX_VALUE : emptySinceNanos + graceNanos;
    }

    private void endRoom() {
        roomHeld = false;
        holds.remove(room);
    }

    private void endCommit() {
        emptySinceNanos = Long.MAX_VALUE;
        holds.remove(commit);
    }
}
