package io.sidetrack.ops.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.sizing.Sizing.Limit;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The arithmetic of a backfill. */
class SizingTest {
    private static SizingInput load(
            Optional<Duration> deadline, OptionalDouble units, double live, Optional<Integer> partitions) {
        return new SizingInput(14_500_000, 900, 1, 180, deadline, units, live, partitions, 1);
    }

    @Test
    void theIncidentInAnHourNeedsThreeDozenBatchesInFlight() {
        Sizing sizing = Sizing.of(load(Optional.of(Duration.ofHours(1)), OptionalDouble.empty(), 0, Optional.empty()));
        assertThat(sizing.limit()).isEqualTo(Limit.DEADLINE);
        assertThat(sizing.rate()).isBetween(4027.0, 4028.0);
        // 4,028 records per second × 0.18 s / 25 = 29 batches, plus a quarter.
        assertThat(sizing.inFlight()).isEqualTo(37);
        assertThat(sizing.units()).isEqualTo(sizing.rate());
        assertThat(sizing.inTime()).isTrue();
    }

    @Test
    void reservesWriteUnitsForLiveTraffic() {
        Sizing sizing =
                Sizing.of(load(Optional.of(Duration.ofHours(1)), OptionalDouble.of(1000), 200, Optional.empty()));
        assertThat(sizing.limit()).isEqualTo(Limit.TABLE);
        assertThat(sizing.rate()).isEqualTo(800);
        assertThat(sizing.inTime()).isFalse();
        assertThat(sizing.duration()).isEqualTo(Duration.ofSeconds(18_125));
    }

    @Test
    void threePartitionsAreTheLimit() {
        Sizing sizing = Sizing.of(load(Optional.empty(), OptionalDouble.empty(), 0, Optional.of(3)));
        assertThat(sizing.limit()).isEqualTo(Limit.TOPIC);
        assertThat(sizing.partitions()).isEqualTo(3);
    }

    @Test
    void hasNoRateIfLiveTrafficNeedsTheWholeTable() {
        Sizing sizing = Sizing.of(load(Optional.empty(), OptionalDouble.of(100), 200, Optional.empty()));
        assertThat(sizing.rate()).isZero();
        assertThat(sizing.inTime()).isFalse();
    }

    @Test
    void flushIntervalDependsOnTheRate() {
        Duration slow = Sizing.of(new SizingInput(
                        1000,
                        400,
                        1,
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
        return TopicFacts.named(name)
                .partitions(partitions)
                .timestampType(type)
                .retentionMs(-1)
                .maxMessageBytes(1_000)
                .build();
    }

    @Test
    void doesNotUseThePartitionsOfTheSharedTopicAsThoseOfTheLane() {
        TopicFacts source = topic("orders", 3, "CreateTime");
        TopicFacts lane = topic("orders-backfill", 48, "LogAppendTime");
        LaneOptions.Named none = named(Map.of());
        assertThat(SizeCommand.lane(source, none, Optional.empty())).isEmpty();
        assertThat(SizeCommand.lane(source, none, Optional.of(lane))).contains(lane);
        assertThat(SizeCommand.lane(lane, none, Optional.empty())).contains(lane);
        TopicFacts stamped = topic("orders", 3, "LogAppendTime");
        assertThat(SizeCommand.lane(stamped, named(Map.of("ROUTER_SOURCE_TOPIC", "orders")), Optional.empty()))
                .isEmpty();
        assertThat(SizeCommand.lane(stamped, none, Optional.of(lane))).contains(lane);
        TopicFacts own = topic("all", 12, "CreateTime");
        assertThat(SizeCommand.lane(
                        own,
                        named(Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_BACKFILL_TOPIC", "all")),
                        Optional.empty()))
                .contains(own);
    }

    private static LaneOptions.Named named(Map<String, String> environment) {
        return LaneOptions.variables(new Environment(environment));
    }
}
