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
 * Both holds may be active at once. Not thread-safe: the caller holds the writer's lock.
 */
final class ThreadHolds {
    private final Holds holds;
    private final Hold room;
    private final Hold commit;
    private final long graceNanos;

    private boolean roomHeld;
    /** The tasks that are still open of those whose commit was postponed; empty if no commit is pending. */
    private final Set<LaneTask> tasksToCommit = Collections.newSetFromMap(new IdentityHashMap<>());
    /** When the buffer became empty while a commit is pending; {@link Long#MAX_VALUE} if it is not empty. */
    private long emptySinceNanos = Long.MAX_VALUE;

    /** @param graceNanos the time that Streams has to flush again after the buffer has become empty */
    ThreadHolds(Holds holds, String thread, long graceNanos) {
        this.holds = holds;
        this.room = new WaitingForRoom(thread);
        this.commit = new WaitingForCommit(thread);
        this.graceNanos = graceNanos;
    }

    void onFull() {
        roomHeld = true;
        holds.add(room);
    }

    void onCommitPostponed(Collection<LaneTask> openTasks) {
        tasksToCommit.addAll(openTasks);
        if (!tasksToCommit.isEmpty()) {
            holds.add(commit);
        }
    }

    void onDurable() {
        tasksToCommit.clear();
        endCommit();
    }

    void onClosed(LaneTask task) {
        if (tasksToCommit.remove(task) && tasksToCommit.isEmpty()) {
            endCommit();
        }
    }

    void onRetired() {
        endRoom();
        onDurable();
    }

    /** Ends the holds whose reason is gone; called after every event and every tick. */
    void update(boolean hasRoom, boolean isEmpty, long nowNanos) {
        if (roomHeld && hasRoom) {
            endRoom();
        }
        if (tasksToCommit.isEmpty()) {
            return;
        }
        if (!isEmpty) {
            emptySinceNanos = Long.MAX_VALUE;
        } else if (emptySinceNanos == Long.MAX_VALUE) {
            emptySinceNanos = nowNanos;
        } else if (nowNanos - emptySinceNanos >= graceNanos) {
            onDurable();
        }
    }

    /** The latest time for the next {@link #update}; {@link Long#MAX_VALUE} for none. */
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
