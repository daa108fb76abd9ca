package io.sidetrack.adversarial;

import java.time.Duration;
import java.util.Random;
import java.util.Set;

/**
 * The parameters of a run of the suite, from system properties.
 *
 * @param seed {@code adversarial.seed}; by default another each time
 * @param time {@code adversarial.minutes}, how long each of its tests attacks
 * @param kinds {@code adversarial.kinds}, with commas between; with {@code -} in front, all but these
 * @param halfOpen {@code adversarial.half-open}, how many HTTP clients each service has that never finish
 */
record Run(long seed, Duration time, Set<HostileKind> kinds, int halfOpen) {
    /** The time is divided between the two tests. */
    private static final int TESTS = 2;

    static Run fromProperties() {
        return new Run(
                Long.getLong("adversarial.seed", new Random().nextLong()),
                Duration.ofMillis(
                        (long) (Double.parseDouble(System.getProperty("adversarial.minutes", "1")) * 60_000 / TESTS)),
                HostileKind.parse(System.getProperty("adversarial.kinds", "")),
                Integer.getInteger("adversarial.half-open", 10));
    }

    /** The properties that repeat the run. */
    @Override
    public String toString() {
        return "adversarial: -Dadversarial.seed=" + seed + ", " + time.toSeconds() + " s for each test";
    }
}
