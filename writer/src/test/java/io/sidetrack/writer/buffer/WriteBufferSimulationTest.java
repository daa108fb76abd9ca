package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand random schedules of records, ticks, partial failures, lost replies, refusals, duplicated answers,
 * rebalances and crashes, against a model table, with the promises checked after every step. A failure prints its seed;
 * {@code -Dsimulation.seed=N} plays that one again, {@code -Dsimulation.runs=N} sets how many there are.
 */
class WriteBufferSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 100_000);

    @Test
    void promisesHoldAfterEveryStepOfEverySchedule() {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            new Simulation(seed).play();
            return;
        }
        long first = ThreadLocalRandom.current().nextLong(1L << 48);
        Optional<String> failure = LongStream.range(first, first + RUNS)
                .parallel()
                .mapToObj(WriteBufferSimulationTest::play)
                .flatMap(Optional::stream)
                .findAny();
        assertThat(failure).isEmpty();
    }

    /** What went wrong; a message and no exception, because those of parallel streams lose theirs. */
    private static Optional<String> play(long seed) {
        try {
            new Simulation(seed).play();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e + "; play it again with -Dsimulation.seed=" + seed);
        }
    }
}
