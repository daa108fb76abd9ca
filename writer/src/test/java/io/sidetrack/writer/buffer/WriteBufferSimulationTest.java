package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs a hundred thousand random schedules of records, ticks, partial failures, lost responses, refusals, duplicate
 * completions, rebalances and crashes against a model table, and checks the promises after every step. Then runs as many
 * schedules of two lanes that write to one table, and a tenth as many in which these lanes' writes take every path of the version
 * guard. A failure prints the seed of its schedule; {@code -Dsimulation.seed=N}
 * runs only this schedule, and {@code -Dsimulation.runs=N} sets the number of schedules.
 */
class WriteBufferSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 100_000);

    @Test
    void promisesHoldAfterEveryStepOfEverySchedule() {
        runAll(seed -> new Simulation(seed).run());
    }

    @Test
    void sameRecordWinsInEveryInterleavingOfTwoLanes() {
        runAll(seed -> new GuardSimulation(seed).run());
    }

    /** A tenth of the schedules, because each executes real statements. */
    @Test
    void newestItemStaysWholeOnEveryPathOfTheGuard() {
        Map<String, Integer> tried = new ConcurrentHashMap<>();
        runAll(RUNS / 10, seed -> new GuardPathSimulation(seed, tried).run());
        if (RUNS >= 10_000 && Long.getLong("simulation.seed") == null) {
            assertThat(tried.keySet())
                    .as("all paths have been taken")
                    .contains(
                            "insert written",
                            "insert exists",
                            "update written",
                            "update stale",
                            "update missing",
                            "update other-shape",
                            "update foreign-attributes",
                            "replace written",
                            "replace stale",
                            "replace other-shape",
                            "replace foreign-attributes",
                            "put written",
                            "put stale");
        }
    }

    private static void runAll(LongConsumer simulation) {
        runAll(RUNS, simulation);
    }

    private static void runAll(int runs, LongConsumer simulation) {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            simulation.accept(seed);
            return;
        }
        long first = ThreadLocalRandom.current().nextLong(1L << 48);
        Optional<String> failure = LongStream.range(first, first + runs)
                .parallel()
                .mapToObj(schedule -> failureOf(simulation, schedule))
                .flatMap(Optional::stream)
                .findAny();
        assertThat(failure).isEmpty();
    }

    /** Returns the failure as a message, because an exception in a parallel stream loses its own. */
    private static Optional<String> failureOf(LongConsumer simulation, long seed) {
        try {
            simulation.accept(seed);
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e + "; run it again with -Dsimulation.seed=" + seed);
        }
    }
}
