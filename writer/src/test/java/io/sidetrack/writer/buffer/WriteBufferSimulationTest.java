package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand random schedules of records, ticks, partial failures, lost replies, refusals, duplicated answers,
 * rebalances and crashes, against a model table, with the promises checked after every step; and as many of two lanes into
 * one table. A failure prints its seed; {@code -Dsimulation.seed=N} plays that one again, {@code -Dsimulation.runs=N} sets
 * how many there are.
 */
class WriteBufferSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 100_000);

    @Test
    void promisesHoldAfterEveryStepOfEverySchedule() {
        playAll(seed -> new Simulation(seed).play());
    }

    @Test
    void theWinnerIsTheSameAfterEveryInterleavingOfTwoLanes() {
        playAll(seed -> new GuardSimulation(seed).play());
    }

    private static void playAll(LongConsumer simulation) {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            simulation.accept(seed);
            return;
        }
        long first = ThreadLocalRandom.current().nextLong(1L << 48);
        Optional<String> failure = LongStream.range(first, first + RUNS)
                .parallel()
                .mapToObj(some -> play(simulation, some))
                .flatMap(Optional::stream)
                .findAny();
        assertThat(failure).isEmpty();
    }

    /** What went wrong; a message and no exception, because those of parallel streams lose theirs. */
    private static Optional<String> play(LongConsumer simulation, long seed) {
        try {
            simulation.accept(seed);
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e + "; play it again with -Dsimulation.seed=" + seed);
        }
    }
}
