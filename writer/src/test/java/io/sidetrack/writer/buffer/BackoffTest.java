package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The delays before retries. */
class BackoffTest {
    /** The longest delay that is possible. */
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    @ParameterizedTest
    @CsvSource({"1, 50", "2, 100", "3, 200", "7, 3200", "8, 5000", "9, 5000", "31, 5000", "32, 5000", "2147483647, 5000"
    })
    void longestDelayDoublesUpToTheCap(int failures, long longestMs) {
        Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), LONGEST);
        assertThat(backoff.delayNanos(failures))
                .isEqualTo(Duration.ofMillis(longestMs).toNanos());
    }

    @Test
    void capBelowTheFirstLimitAppliesToTheFirstDelay() {
        Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(5), LONGEST);
        assertThat(backoff.delayNanos(1)).isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void delaysAreSpreadOverTheWholeRange() {
        Backoff backoff = new Backoff(Duration.ofNanos(9), Duration.ofSeconds(5), new SplittableRandom(1));
        long[] counts = new long[10];
        for (int i = 0; i < 10_000; i++) {
            counts[(int) backoff.delayNanos(1)]++;
        }
        for (long count : counts) {
            assertThat(count).isBetween(800L, 1200L);
        }
    }
}
