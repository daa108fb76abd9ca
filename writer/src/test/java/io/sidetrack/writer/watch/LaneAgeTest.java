package io.sidetrack.writer.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.writer.share.PartitionOffsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class LaneAgeTest {
    private long nowMs = 1_000_000;
    /** By partition, the timestamp of the first uncommitted record; a partition that is missing is not reached. */
    private final Map<Integer, OptionalLong> lane = new HashMap<>();

    private final List<Set<Integer>> reads = new ArrayList<>();
    private RuntimeException failure;
    private final LaneAge age = new LaneAge(
            wanted -> {
                reads.add(Set.copyOf(wanted.keySet()));
                if (failure != null) {
                    throw failure;
                }
                Map<Integer, OptionalLong> found = new HashMap<>(lane);
                found.keySet().retainAll(wanted.keySet());
                return found;
            },
            () -> nowMs);

    private static PartitionOffsets offsets(long committed, long end) {
        return new PartitionOffsets(committed, end);
    }

    @Test
    void isUnknownBeforeTheFirstUpdateAndZeroIfEverythingIsCommitted() throws InterruptedException {
        assertThat(age.seconds()).isNaN();
        age.update(Map.of(0, offsets(5, 5), 1, offsets(0, 0)));
        assertThat(age.seconds()).isZero();
        age.update(Map.of());
        assertThat(age.seconds()).isZero();
        assertThat(reads).isEmpty();
    }

    @Test
    void isTheAgeOfTheOldestRecordOfAllPartitionsAndGrowsWithTime() throws InterruptedException {
        lane.put(0, OptionalLong.of(nowMs - 3000));
        lane.put(1, OptionalLong.of(nowMs - 7500));
        age.update(Map.of(0, offsets(5, 9), 1, offsets(0, 1), 2, offsets(4, 4)));
        assertThat(age.seconds()).isEqualTo(7.5);
        nowMs += 1000;
        assertThat(age.seconds()).isEqualTo(8.5);
        assertThat(reads).containsExactly(Set.of(0, 1));
    }

    @Test
    void recordIsReadAgainOnlyAfterACommit() throws InterruptedException {
        lane.put(0, OptionalLong.of(nowMs - 3000));
        age.update(Map.of(0, offsets(5, 9)));
        age.update(Map.of(0, offsets(5, 900)));
        assertThat(reads).hasSize(1);
        lane.put(0, OptionalLong.of(nowMs - 100));
        age.update(Map.of(0, offsets(6, 900)));
        assertThat(age.seconds()).isEqualTo(0.1);
        age.update(Map.of(0, offsets(900, 900)));
        assertThat(age.seconds()).isZero();
        // Committed offsets can be set back.
        age.update(Map.of(0, offsets(6, 900)));
        assertThat(reads).hasSize(3);
    }

    @Test
    void transactionMarkersHaveNoAgeButTheRecordsThatFollowThemHave() throws InterruptedException {
        lane.put(0, OptionalLong.empty());
        age.update(Map.of(0, offsets(5, 6)));
        age.update(Map.of(0, offsets(5, 6)));
        assertThat(age.seconds()).isZero();
        assertThat(reads).hasSize(1);
        lane.put(0, OptionalLong.of(nowMs - 2000));
        age.update(Map.of(0, offsets(5, 8)));
        assertThat(age.seconds()).isEqualTo(2);
    }

    @Test
    void partitionThatWentToAnotherInstanceNoLongerCounts() throws InterruptedException {
        lane.put(0, OptionalLong.of(nowMs - 60_000));
        lane.put(1, OptionalLong.of(nowMs - 1000));
        age.update(Map.of(0, offsets(5, 9), 1, offsets(5, 9)));
        age.update(Map.of(1, offsets(5, 9)));
        assertThat(age.seconds()).isEqualTo(1);
    }

    @Test
    void isUnknownWhileAPartitionCannotBeReadAndRemembersTheOthers() throws InterruptedException {
        lane.put(0, OptionalLong.of(nowMs - 3000));
        Map<Integer, PartitionOffsets> partitions = Map.of(0, offsets(5, 9), 1, offsets(5, 9));
        age.update(partitions);
        assertThat(age.seconds()).isNaN();
        lane.put(1, OptionalLong.of(nowMs - 1000));
        age.update(partitions);
        assertThat(age.seconds()).isEqualTo(3);
        assertThat(reads).containsExactly(Set.of(0, 1), Set.of(1));
        failure = new KafkaException("no answer");
        assertThatThrownBy(() -> age.update(Map.of(0, offsets(6, 9)))).isSameAs(failure);
        assertThat(age.seconds()).isNaN();
        failure = null;
        age.update(partitions);
        age.unknown();
        assertThat(age.seconds()).isNaN();
    }

    @Test
    void clockBehindThatOfTheBrokersYieldsZero() throws InterruptedException {
        lane.put(0, OptionalLong.of(nowMs + 500));
        age.update(Map.of(0, offsets(5, 9)));
        assertThat(age.seconds()).isZero();
    }
}
