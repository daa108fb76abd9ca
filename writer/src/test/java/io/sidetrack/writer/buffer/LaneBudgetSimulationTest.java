package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The instances of a group never spend more than the lane's limit, and spend all of it if they can. {@code -Dsimulation.runs}
 * sets the number of schedules, and {@code -Dsimulation.seed} replays one.
 */
class LaneBudgetSimulationTest {
    private static final int RUNS = Math.min(200, Integer.getInteger("simulation.runs", 200));

    /** The same schedules in every build; {@code -Dsimulation.first} chooses others. */
    private static final long FIRST_SEED = 9_000_000L;

    @Test
    void groupKeepsTheLimitInEveryScheduleAndUsesItInTheEnd() {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            new LaneBudgetSimulation(seed).run();
            return;
        }
        long first = Long.getLong("simulation.first", FIRST_SEED);
        System.out.println("lane budget simulation: " + RUNS + " schedules from seed " + first);
        Optional<String> failure = LongStream.range(first, first + RUNS)
                .parallel()
                .mapToObj(LaneBudgetSimulationTest::play)
                .flatMap(Optional::stream)
                .findAny();
        assertThat(failure).isEmpty();
    }

    /** The failure as a message, because exceptions in parallel streams lose theirs. */
    private static Optional<String> play(long seed) {
        try {
            new LaneBudgetSimulation(seed).run();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e + "; play it again with -Dsimulation.seed=" + seed);
        }
    }
}
