package io.sidetrack.ops.parked;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Resumes a backfill in random schedules, beside routers and writers that move, crash and see settings late, floods of records,
 * crashes of the command, and other commands. A failure prints the seed of its schedule; {@code -Dsimulation.seed=N} runs only this
 * schedule, and {@code -Dsimulation.runs=N} sets the number of schedules.
 */
class ResumeSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 5_000);

    @Test
    void orderOfEachKeyIsKeptNothingIsLostAndEveryResumeEnds() {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            new ResumeSimulation(seed).run();
            return;
        }
        long first = ThreadLocalRandom.current().nextLong(1L << 48);
        Optional<String> failure = LongStream.range(first, first + RUNS)
                .parallel()
                .mapToObj(ResumeSimulationTest::failureOf)
                .flatMap(Optional::stream)
                .findAny();
        assertThat(failure).isEmpty();
    }

    /** Returns the failure as a message, because an exception in a parallel stream loses its own. */
    private static Optional<String> failureOf(long seed) {
        try {
            new ResumeSimulation(seed).run();
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of("-Dsimulation.seed=" + seed + ": " + e);
        }
    }
}
