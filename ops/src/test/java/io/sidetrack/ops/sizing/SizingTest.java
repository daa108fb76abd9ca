package io.sidetrack.ops.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.sizing.Sizing.Limit;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The arithmetic of a backfill. */
class SizingTest {
    private static Load load(
            Optional<Duration> deadline, OptionalDouble units, double live, Optional<Integer> partitions) {
        return new Load(14_500_000, 900, 180, deadline, units, live, partitions, 1);
    }

    @Test
    void theIncidentInAnHourNeedsThreeDozenBatchesInFlight() {
        Sizing sizing = Sizing.of(load(Optional.of(Duration.ofHours(1)), OptionalDouble.empty(), 0, Optional.empty()));
        assertThat(sizing.limit()).isEqualTo(Limit.DEADLINE);
        assertThat(sizing.rate()).isBetween(4027.0, 4028.0);
        // 4,028 records a second × 0.18 s / 25 are 29 batches, and a quarter more.
        assertThat(sizing.inFlight()).isEqualTo(37);
        assertThat(sizing.units()).isEqualTo(sizing.rate());
        assertThat(sizing.inTime()).isTrue();
    }

    @Test
    void tableIsTheLimitAndLiveTrafficKeepsItsShare() {
        Sizing sizing =
                Sizing.of(load(Optional.of(Duration.ofHours(1)), OptionalDouble.of(1000), 200, Optional.empty()));
        assertThat(sizing.limit()).isEqualTo(Limit.TABLE);
        assertThat(sizing.rate()).isEqualTo(800);
        assertThat(sizing.inTime()).isFalse();
        assertThat(sizing.drain()).isEqualTo(Duration.ofSeconds(18_125));
    }

    @Test
    void itemOfAKilobyteAndAByteCostsTwoUnits() {
        assertThat(new Load(1, 1024, 1, Optional.empty(), OptionalDouble.empty(), 0, Optional.empty(), 1)
                        .unitsPerItem())
                .isEqualTo(1);
        assertThat(new Load(1, 1025, 1, Optional.empty(), OptionalDouble.empty(), 0, Optional.empty(), 1)
                        .unitsPerItem())
                .isEqualTo(2);
    }

    @Test
    void threePartitionsAreTheLimit() {
        Sizing sizing = Sizing.of(load(Optional.empty(), OptionalDouble.empty(), 0, Optional.of(3)));
        assertThat(sizing.limit()).isEqualTo(Limit.TOPIC);
        assertThat(sizing.partitions()).isEqualTo(3);
    }

    @Test
    void nothingIsLeftOfATableThatLiveTrafficNeeds() {
        Sizing sizing = Sizing.of(load(Optional.empty(), OptionalDouble.of(100), 200, Optional.empty()));
        assertThat(sizing.rate()).isZero();
        assertThat(sizing.inTime()).isFalse();
    }

    @Test
    void flushIntervalFitsTheRate() {
        Duration slow = Sizing.of(new Load(
                        1000,
                        400,
                        20,
                        Optional.of(Duration.ofHours(1)),
                        OptionalDouble.empty(),
                        0,
                        Optional.empty(),
                        1))
                .flushInterval();
        Duration fast = Sizing.of(load(Optional.empty(), OptionalDouble.empty(), 0, Optional.empty()))
                .flushInterval();
        assertThat(slow).isEqualTo(Duration.ofSeconds(1));
        assertThat(fast).isEqualTo(Duration.ofMillis(50));
    }

    private static TopicFacts topic(String name, int partitions, String type) {
        return TopicFacts.named(name).partitions(partitions).timestampType(type).retentionMs(-1).maxMessageBytes(1_000).build();
    }

    @Test
    void partitionsOfTheSharedTopicAreNotTakenForThoseOfTheLane() {
        TopicFacts source = topic("orders", 3, "CreateTime");
        TopicFacts lane = topic("orders-backfill", 48, "LogAppendTime");
        Optional<String> none = Optional.empty();
        assertThat(SizeCommand.lane(source, none, none, Optional.empty())).isEmpty();
        assertThat(SizeCommand.lane(source, none, none, Optional.of(lane))).contains(lane);
        assertThat(SizeCommand.lane(lane, none, none, Optional.empty())).contains(lane);
        TopicFacts stamped = topic("orders", 3, "LogAppendTime");
        assertThat(SizeCommand.lane(stamped, Optional.of("orders"), none, Optional.empty()))
                .isEmpty();
        assertThat(SizeCommand.lane(stamped, none, none, Optional.of(lane))).contains(lane);
        TopicFacts own = topic("all", 12, "CreateTime");
        assertThat(SizeCommand.lane(own, Optional.of("orders"), Optional.of("all"), Optional.empty()))
                .contains(own);
    }
}
