package io.sidetrack.common.control;

/**
 * How an operator wants a backfill's writers to go on. Written by {@code sidetrack backfill}, followed by the writers.
 *
 * @param paused whether to read nothing more
 * @param writeUnits per second that each instance may consume, besides its own limit; 0 for its own limit alone
 * @param setAtMs when, in ms since 1970
 */
public record Steering(boolean paused, int writeUnits, long setAtMs) {
    /** Nothing was set. */
    public static final Steering NONE = new Steering(false, 0, 0);

    /** @throws IllegalArgumentException if a number is negative */
    public Steering {
        if (writeUnits < 0 || setAtMs < 0) {
            throw new IllegalArgumentException("negative: " + writeUnits + " write units, set at " + setAtMs);
        }
    }
}
