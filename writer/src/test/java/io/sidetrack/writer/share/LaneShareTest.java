package io.sidetrack.writer.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The share of an instance follows the partitions that it owns and, if the lane lends, the backlogs of all partitions. */
class LaneShareTest {
    private static final long SECOND = 1_000_000_000;
    private static final int PARTITIONS = 4;

    private Share share = Share.ALL;
    private long now;

    private LaneShare lane(boolean lends) {
        LaneShare lane = new LaneShare(PARTITIONS, lends, (next, nowNanos) -> share = next);
        lane.update(now);
        return lane;
    }

    /** Samples every half second, with these lags by partition. */
    private void sample(LaneShare lane, int seconds, long... lags) {
        for (long end = now + seconds * SECOND; now < end; now += SECOND / 2) {
            Map<Integer, PartitionOffsets> offsets = new HashMap<>();
            for (int partition = 0; partition < lags.length; partition++) {
                offsets.put(partition, new PartitionOffsets(100, 100 + lags[partition]));
            }
            lane.add(new LaneSample(now, now, offsets), now);
        }
    }

    @Test
    void partitionCountsFromOneSecondAfterItWasOpenedUntilItIsClosed() {
        LaneShare lane = lane(false);
        assertThat(share).isEqualTo(Share.unlimited(0, 0));
        Object task = new Object();
        lane.opened(task, 2, now);
        assertThat(share).as("owned, and not counted yet").isEqualTo(Share.unlimited(0.25, 0));
        now += SECOND;
        lane.update(now);
        assertThat(share).isEqualTo(Share.unlimited(0.25, 0.25));
        lane.closed(task, now);
        assertThat(share).isEqualTo(Share.unlimited(0, 0));
        lane.closed(task, now);
        assertThat(share).isEqualTo(Share.unlimited(0, 0));
    }

    /** A thread that has died closes its task after another thread has opened the partition. */
    @Test
    void partitionOfTwoTasksCountsOnceUntilBothAreClosed() {
        LaneShare lane = lane(false);
        Object old = new Object();
        Object replacement = new Object();
        lane.opened(old, 0, now);
        lane.opened(replacement, 0, now);
        now += SECOND;
        lane.update(now);
        assertThat(share.units()).isEqualTo(0.25);
        lane.closed(old, now);
        assertThat(share.units()).isEqualTo(0.25);
    }

    @Test
    void addedPartitionsReduceTheShareAtOnceAndCountLater() {
        LaneShare lane = lane(false);
        lane.opened("task 3", 3, now);
        now += SECOND;
        lane.setPartitions(8, now);
        assertThat(share.units()).isEqualTo(1 / 8.0);
        lane.opened("task 4", 4, now);
        now += LaneShare.COUNT_INTERVAL.toNanos();
        lane.update(now);
        assertThat(share.units()).as("other instances may not know yet").isEqualTo(1 / 8.0);
        now += LaneShare.COUNT_INTERVAL.toNanos();
        lane.update(now);
        assertThat(share.units()).isEqualTo(2 / 8.0);
    }

    @Test
    void ownerOfAllPartitionsHasTheWholeBudgetWithoutSamples() {
        LaneShare lane = lane(true);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            lane.opened("task " + partition, partition, now);
        }
        now += SECOND;
        lane.update(now);
        assertThat(share).isEqualTo(Share.unlimited(1, 1));
    }

    @Test
    void backlogOfAllPartitionsGivesEachItsOwnPart() {
        LaneShare lane = lane(true);
        lane.opened("task", 0, now);
        sample(lane, 2, 7, 7, 7, 7);
        assertThat(share.units()).as("other instances may still borrow").isCloseTo(0.0125, within(1e-9));
        sample(lane, 5, 7, 7, 7, 7);
        assertThat(share.units()).isCloseTo(0.25, within(1e-9));
        assertThat(share.untilNanos()).isEqualTo(now - SECOND / 2 + BacklogHistory.VALID_NANOS);
        assertThat(share.expired().units()).isCloseTo(0.0125, within(1e-9));
    }

    @Test
    void idlePartitionsLendTheirPartToThoseWithABacklog() {
        LaneShare lane = lane(true);
        lane.opened("task", 0, now);
        sample(lane, 10, 7, 0, 0, 0);
        assertThat(share.units()).as("not idle for long enough").isCloseTo(0.25, within(1e-9));
        sample(lane, 5, 7, 0, 0, 0);
        assertThat(share.units()).isCloseTo(0.05 * 0.25 + 0.95, within(1e-9));
        sample(lane, 1, 7, 0, 3, 0);
        assertThat(share.units())
                .as("half of the two idle partitions' parts, in equal parts")
                .isCloseTo(0.05 * 0.25 + 0.95 * (0.25 + 0.25), within(1e-9));
    }

    @Test
    void ownerOfIdlePartitionsKeepsASmallPart() {
        LaneShare lane = lane(true);
        lane.opened("task", 1, now);
        sample(lane, 15, 7, 0, 0, 0);
        assertThat(share.units()).isCloseTo(0.0125, within(1e-9));
    }

    @Test
    void shareIsSmallWithoutASample() {
        LaneShare lane = lane(true);
        lane.opened("task", 0, now);
        sample(lane, 15, 7, 0, 0, 0);
        now += BacklogHistory.VALID_NANOS;
        lane.update(now);
        assertThat(share).isEqualTo(Share.unlimited(0.25, (1 - LaneShare.LENT) * 0.25));
    }

    /** A missing sample could hide a record that was written and committed. */
    @Test
    void gapBetweenSamplesBeginsTheIdleTimeAgain() {
        LaneShare lane = lane(true);
        lane.opened("task", 0, now);
        sample(lane, 15, 7, 0, 0, 0);
        now += 3 * SECOND;
        sample(lane, 6, 7, 0, 0, 0);
        assertThat(share.units()).isCloseTo(0.25, within(1e-9));
    }

    /** Otherwise a commit between two samples could leave the partition without a lag for a moment. */
    @Test
    void backlogIsProvenOnlyIfNoCommitReachedTheEndOfTheEarlierSample() {
        LaneShare lane = lane(true);
        lane.opened("task", 0, now);
        for (int i = 0; i < 20; i++, now += SECOND / 2) {
            PartitionOffsets offsets = new PartitionOffsets(i * 10L, i * 10L + 10);
            lane.add(new LaneSample(now, now, Map.of(0, offsets, 1, offsets, 2, offsets, 3, offsets)), now);
        }
        assertThat(share.units()).isCloseTo(0.0125, within(1e-9));
    }
}
