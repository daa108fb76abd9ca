package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The whole write path in random schedules: safety after every step, and liveness at the end. {@code -Dsimulation.runs} sets
 * the number of schedules, and {@code -Dsimulation.seed} replays one.
 */
class WriterSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 25_000);

    /** The same schedules in every build; {@code -Dsimulation.first} chooses others. */
    private static final long FIRST_SEED = 7_000_000L;

    WriterSimulationTest() {
        // Freezes are intended here, so their warnings are suppressed.
        ((Logger) LoggerFactory.getLogger(FreezeWatch.class)).setLevel(Level.OFF);
    }

    @Test
    void everyScheduleIsSafeAndEnds() {
        Long seed = Long.getLong("simulation.seed");
        if (seed != null) {
            new WriterSimulation(seed).play();
            return;
        }
        long first = Long.getLong("simulation.first", FIRST_SEED);
        System.out.println("writer simulation: " + RUNS + " schedules from seed " + first);
        Optional<String> failure = LongStream.range(first, first + RUNS)
                .parallel()
                .mapToObj(some -> play(some).map(problem -> "schedule " + (some - first + 1) + ": " + problem))
                .flatMap(Optional::stream)
                .findAny();
        assertThat(failure).isEmpty();
    }

    /** The failure as a message, because exceptions in parallel streams lose theirs. */
    private static Optional<String> play(long seed) {
        try {
            new WriterSimulation(seed).play();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e + "; play it again with -Dsimulation.seed=" + seed);
        }
    }
}
