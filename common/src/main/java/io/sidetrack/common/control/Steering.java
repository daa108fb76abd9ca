package io.sidetrack.common.control;

/**
 * An operator's settings for the running writers of a backfill. Written by {@code sidetrack backfill}, followed by the writers.
 *
 * @param paused whether the writers stop reading
 * @param writeUnits the write units per second that all instances together may consume, in addition to their own limits; 0 for
 *     none. Earlier builds apply it to each instance
 * @param setAtMs the time of the setting, in ms since 1970
 */
public record Steering(boolean paused, int writeUnits, long setAtMs) {
    /** The default: neither paused nor limited. */
    public static final Steering NONE = new Steering(false, 0, 0);

    /** @throws IllegalArgumentException if a number is negative */
    public Steering {
        if (writeUnits < 0 || setAtMs < 0) {
            throw new IllegalArgumentException("negative: " + writeUnits + " write units, set at " + setAtMs);
        }
    }
}
