package io.sidetrack.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultTest {
    @Test
    void shortestScheduleKillsAsManyBrokersAsThereAre() {
        for (long seed = 0; seed < 100; seed++) {
            List<Fault> schedule = Fault.schedule(6, seed);
            assertThat(schedule)
                    .hasSize(6)
                    .contains(Fault.KILL_TRANSACTION_COORDINATOR, Fault.KILL_ROUTER, Fault.FREEZE_ROUTER);
            assertThat(schedule.stream().filter(Fault::isOfABroker)).hasSize(3);
        }
    }

    @Test
    void longScheduleHasEveryFaultSeveralTimesAndIsThatOfItsSeed() {
        List<Fault> schedule = Fault.schedule(60, 7);
        assertThat(schedule).hasSize(60).isEqualTo(Fault.schedule(60, 7));
        for (Fault fault : Fault.values()) {
            assertThat(Collections.frequency(schedule, fault))
                    .as(fault.description())
                    .isBetween(5, 10);
        }
        assertThat(LongStream.range(0, 20)
                        .mapToObj(seed -> Fault.schedule(60, seed))
                        .distinct())
                .hasSize(20);
    }
}
