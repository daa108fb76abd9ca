package io.sidetrack.sandbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClusterFaultTest {
    @Test
    void shortestScheduleHasAsManyBrokerKillsAsBrokers() {
        for (long seed = 0; seed < 100; seed++) {
            List<ClusterFault> schedule = ClusterFault.schedule(6, seed);
            assertThat(schedule)
                    .hasSize(6)
                    .contains(
                            ClusterFault.KILL_TRANSACTION_COORDINATOR,
                            ClusterFault.KILL_ROUTER,
                            ClusterFault.FREEZE_ROUTER);
            assertThat(schedule.stream().filter(ClusterFault::isOfABroker)).hasSize(3);
        }
    }

    @Test
    void longScheduleHasEveryFaultSeveralTimesAndDependsOnTheSeedOnly() {
        List<ClusterFault> schedule = ClusterFault.schedule(60, 7);
        assertThat(schedule).hasSize(60).isEqualTo(ClusterFault.schedule(60, 7));
        for (ClusterFault fault : ClusterFault.values()) {
            assertThat(Collections.frequency(schedule, fault))
                    .as(fault.description())
                    .isBetween(5, 10);
        }
        assertThat(LongStream.range(0, 20)
                        .mapToObj(seed -> ClusterFault.schedule(60, seed))
                        .distinct())
                .hasSize(20);
    }
}
