package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.hold.Hold;
import io.sidetrack.writer.hold.Hold.WaitingForCommit;
import io.sidetrack.writer.hold.Hold.WaitingForRoom;
import io.sidetrack.writer.hold.Holds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each hold ends by each of the events that its comment lists. */
class ThreadHoldsTest {
    private static final Hold ROOM = new WaitingForRoom("thread");
    private static final Hold COMMIT = new WaitingForCommit("thread");
    private static final long GRACE = 100;

    private final Holds holds = new Holds();
    private final ThreadHolds threadHolds = new ThreadHolds(holds, "thread", GRACE);
    private final LaneTask one = new LaneTask("lane", 1, () -> {});
    private final LaneTask two = new LaneTask("lane", 2, () -> {});

    @Test
    void waitForRoomEndsWhenThereIsRoom() {
        threadHolds.onFull();
        threadHolds.update(false, false, 0);
        assertThat(holds.active()).containsExactly(ROOM);
        threadHolds.update(true, false, 0);
        assertThat(holds.active()).isEmpty();
    }

    @Test
    void waitForCommitEndsWhenAFlushFindsEverythingDurable() {
        threadHolds.onCommitPostponed(List.of(one, two));
        threadHolds.update(true, false, 0);
        assertThat(holds.active()).containsExactly(COMMIT);
        threadHolds.onDurable();
        assertThat(holds.active()).isEmpty();
    }

    @Test
    void waitForCommitEndsWhenTheLastOfItsTasksIsClosed() {
        threadHolds.onCommitPostponed(List.of(one, two));
        threadHolds.onClosed(one);
        assertThat(holds.active()).containsExactly(COMMIT);
        threadHolds.onClosed(two);
        assertThat(holds.active()).isEmpty();
    }

    @Test
    void waitForCommitEndsAGracePeriodAfterTheBufferHasBecomeEmpty() {
        threadHolds.onCommitPostponed(List.of(one));
        assertThat(threadHolds.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
        threadHolds.update(true, true, 50);
        assertThat(threadHolds.nextDueNanos()).isEqualTo(50 + GRACE);
        threadHolds.update(true, true, 49 + GRACE);
        assertThat(holds.active()).containsExactly(COMMIT);
        threadHolds.update(true, true, 50 + GRACE);
        assertThat(holds.active()).isEmpty();
        assertThat(threadHolds.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void gracePeriodBeginsAgainWhenTheBufferHasFilledInTheMeantime() {
        threadHolds.onCommitPostponed(List.of(one));
        threadHolds.update(true, true, 0);
        threadHolds.update(true, false, 90);
        threadHolds.update(true, true, 95);
        threadHolds.update(true, true, 100);
        assertThat(holds.active()).containsExactly(COMMIT);
    }

    @Test
    void everyHoldEndsWithTheThread() {
        threadHolds.onFull();
        threadHolds.onCommitPostponed(List.of(one));
        assertThat(holds.active()).containsExactly(ROOM, COMMIT);
        threadHolds.onRetired();
        assertThat(holds.active()).isEmpty();
    }

    @Test
    void threadWithoutTasksDoesNotWaitForACommit() {
        threadHolds.onCommitPostponed(List.of());
        assertThat(holds.active()).isEmpty();
    }
}
