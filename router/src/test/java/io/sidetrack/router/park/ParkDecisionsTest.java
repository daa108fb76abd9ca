package io.sidetrack.router.park;

import static io.sidetrack.router.park.Placement.DISCARDED;
import static io.sidetrack.router.park.Placement.LANE;
import static io.sidetrack.router.park.Placement.PARKED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.topic.TopicIdentity;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A newer record of a backfill never overtakes an older one that is parked. */
class ParkDecisionsTest {
    private static final int PARTITION = 3;
    private static final NamedBackfill PAUSED = NamedBackfill.paused(1);

    private final ParkedOffsets process = new ParkedOffsets(true);
    private ParkDecisions task = new ParkDecisions(PARTITION, 100, process);

    private Placement place(NamedBackfill setting, long offset) {
        return place("a", setting, offset);
    }

    private Placement place(String name, NamedBackfill setting, long offset) {
        return task.place(ByteBuffer.wrap(name.getBytes(UTF_8)), setting, offset);
    }

    /** The partition moves to another process, or returns to this one. */
    private void move(ParkedOffsets to, long firstOffset) {
        task = new ParkDecisions(PARTITION, firstOffset, to);
    }

    private static NamedBackfill resuming(long copiedTo) {
        return PAUSED.resuming(Map.of(), Map.of(PARTITION, copiedTo), 2);
    }

    private static NamedBackfill resumed(long copiedTo) {
        return resuming(copiedTo).resumed(Map.of(PARTITION, copiedTo), 3);
    }

    @Test
    void pausedAndCancelledRecordsAreParkedAndDiscardedOnesAreNot() {
        assertThat(place(PAUSED, 100)).isEqualTo(PARKED);
        assertThat(place(NamedBackfill.cancelled(false, 1), 101)).isEqualTo(PARKED);
        assertThat(place(NamedBackfill.cancelled(true, 1), 102)).isEqualTo(DISCARDED);
    }

    @Test
    void resumedBackfillIsParkedUntilItsLastParkedRecordIsCopied() {
        place(PAUSED, 110);
        assertThat(place(resuming(110), 111)).as("110 is not copied").isEqualTo(PARKED);
        assertThat(place(resuming(111), 112)).as("111 is not copied").isEqualTo(PARKED);
        assertThat(place(resuming(113), 113)).isEqualTo(LANE);
        assertThat(place(resuming(113), 114)).as("it goes on").isEqualTo(LANE);
        assertThat(place(resumed(113), 115)).isEqualTo(LANE);
    }

    @Test
    void formerOwnerMayHaveParkedEverythingBeforeTheFirstRecord() {
        assertThat(place(resuming(99), 105)).isEqualTo(PARKED);
        move(new ParkedOffsets(true), 106);
        assertThat(place(resuming(105), 106)).isEqualTo(PARKED);
        move(new ParkedOffsets(true), 107);
        assertThat(place(resuming(107), 107)).isEqualTo(LANE);
    }

    @Test
    void whatThisTaskHasSentToTheLaneIsNotParked() {
        // It has sent the records of the backfill to the lane since offset 100, and has not seen that it was paused.
        assertThat(place(resuming(100), 200)).isEqualTo(LANE);
    }

    @Test
    void nothingGoesToTheLaneBeforeItsPartitionIsCopied() {
        move(process, 0);
        NamedBackfill others = PAUSED.resuming(Map.of(), Map.of(PARTITION + 1, 500L), 2);
        assertThat(place(others, 0)).as("writers may have parked older records").isEqualTo(PARKED);
        move(new ParkedOffsets(true), 0);
        assertThat(place(resuming(0), 0)).isEqualTo(LANE);
        assertThat(place(others, 1))
                .as("paused and resumed again, without a record in between")
                .isEqualTo(PARKED);
    }

    @Test
    void onlyWhatThisProcessHasParkedCountsOnceTheBackfillIsResumed() {
        assertThat(place("never parked", resumed(5), 150)).isEqualTo(LANE);
        place(PAUSED, 150);
        assertThat(place(resumed(150), 151)).isEqualTo(PARKED);
        assertThat(place(resumed(152), 152)).isEqualTo(LANE);
    }

    @Test
    void restartedTaskRemembersWhatItsProcessHasParked() {
        place(PAUSED, 150);
        move(process, 151);
        assertThat(place(resumed(150), 151)).isEqualTo(PARKED);
        move(process, 152);
        assertThat(place(resumed(152), 152)).isEqualTo(LANE);
        move(process, 153);
        assertThat(place(resumed(100), 153)).as("nothing is parked any more").isEqualTo(LANE);
    }

    @Test
    void abortedTransactionLeavesNothingParked() {
        place(PAUSED, 150);
        place(PAUSED, 160);
        move(process, 155);
        assertThat(place(resumed(154), 155)).as("150 may be parked").isEqualTo(PARKED);
        move(process, 150);
        assertThat(place(resumed(100), 150)).isEqualTo(LANE);
    }

    @Test
    void abortedRecordsAreForgottenIfAnotherProcessReadsThemAgain() {
        place(PAUSED, 150);
        task.committed();
        place(PAUSED, 160);
        place("b", PAUSED, 161);
        task.aborted();
        move(process, 1_000);
        assertThat(place("b", resumed(100), 1_000)).isEqualTo(LANE);
        assertThat(place(resumed(151), 1_001)).isEqualTo(LANE);
    }

    @Test
    void recordThatIsReadAgainIsParkedAlreadyWithoutTransactions() {
        ParkedOffsets atLeastOnce = new ParkedOffsets(false);
        move(atLeastOnce, 100);
        place(PAUSED, 150);
        move(atLeastOnce, 140);
        assertThat(place(resumed(150), 140)).isEqualTo(PARKED);
        assertThat(place(resumed(151), 141)).isEqualTo(LANE);
    }

    @Test
    void formerTaskOfTheSamePartitionDisturbsNothing() {
        ParkDecisions former = task;
        move(process, 101);
        former.place(ByteBuffer.wrap("a".getBytes(UTF_8)), PAUSED, 5_000);
        move(process, 6_000);
        assertThat(place(resumed(200), 6_000)).isEqualTo(LANE);
    }

    @Test
    void pausedAgainParksAgain() {
        assertThat(place(resuming(100), 100)).isEqualTo(LANE);
        assertThat(place(PAUSED, 101)).isEqualTo(PARKED);
        assertThat(place(resuming(101), 102)).isEqualTo(PARKED);
        assertThat(place(resuming(103), 103)).isEqualTo(LANE);
    }

    @Test
    void cancelledBackfillThatDiscardsReturnsToTheLaneAtOnce() {
        place(PAUSED, 100);
        NamedBackfill cancelled = NamedBackfill.cancelled(true, 2);
        assertThat(place(cancelled, 101)).isEqualTo(DISCARDED);
        assertThat(place(cancelled.resuming(Map.of(), Map.of(), 3), 102)).isEqualTo(LANE);
    }

    /** Its offsets say nothing about this source, in which the first records may be parked. */
    @Test
    void backfillThatWasResumedForAnotherSourceIsParkedUntilItIsResumedForThisOne() {
        TopicIdentity before = new TopicIdentity("cluster", "deleted");
        TopicIdentity now = new TopicIdentity("cluster", "of the same name");
        move(new ParkedOffsets(true), 0);
        NamedBackfill resuming = resuming(500).withSource(before);
        assertThat(place(resuming.onSource(now), 0)).isEqualTo(PARKED);
        assertThat(place(resuming(1).withSource(now).onSource(now), 1)).isEqualTo(LANE);
        move(new ParkedOffsets(true), 0);
        assertThat(place(resumed(500).withSource(before).onSource(now), 0))
                .as("nothing is parked")
                .isEqualTo(LANE);
        place(PAUSED, 1);
        assertThat(place(resumed(500).withSource(before).onSource(now), 2))
                .as("1 is parked")
                .isEqualTo(PARKED);
    }

    @Test
    void backfillsAreIndependent() {
        place("a", PAUSED, 100);
        assertThat(place("b", resumed(0), 101)).isEqualTo(LANE);
        assertThat(place("a", resumed(0), 102)).isEqualTo(PARKED);
    }
}
