package io.sidetrack.router.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.router.park.ParkSimulation.Rules;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random pauses, resumes and cancellations, while partitions move, processes are killed and transactions are aborted. */
class ParkSimulationTest {
    private static final int SCHEDULES = 1_500;
    private static final int TICKS = 2_000;

    @Test
    void everyRecordIsWrittenOnceInTheOrderOfItsKeyAndBackfill() {
        Long given = Long.getLong("parking.seed");
        SplittableRandom seeds = new SplittableRandom();
        for (int i = 0; i < (given == null ? SCHEDULES : 1); i++) {
            long seed = given == null ? seeds.nextLong() : given;
            try {
                new ParkSimulation(seed, Rules.ALL).run(TICKS);
            } catch (AssertionError e) {
                throw new AssertionError("-Dparking.seed=" + seed, e);
            }
        }
    }

    @Test
    void orderIsLostIfANewTaskDoesNotWaitForTheCurrentSettings() {
        assertThat(violations(new Rules(false, true))).isPositive();
    }

    @Test
    void orderIsLostIfTheToolDoesNotWaitUntilEveryServiceHasSeenASetting() {
        assertThat(violations(new Rules(true, false))).isPositive();
    }

    /** The number of schedules, of some that are always the same, that break a promise. */
    private static int violations(Rules rules) {
        int violations = 0;
        for (int seed = 0; seed < 150; seed++) {
            try {
                new ParkSimulation(seed, rules).run(TICKS);
            } catch (AssertionError e) {
                violations++;
            }
        }
        return violations;
    }
}
