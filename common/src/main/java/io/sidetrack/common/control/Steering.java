package io.sidetrack.common.control;

/**
 * How an operator wants a backfill's writers to go on. Written by {@code sidetrack backfill}, followed by the writers.
 *
 * @param paused whether to read nothing more
 * @param writeUnits per second that each instance may consume; 0 for what its own setting says
 * @param setAtMs when, in ms since 1970
 */
public record Steering(boolean paused, int writeUnits, long setAtMs) {
    /** Nobody has said anything. */
    public static final Steering NONE = new Steering(false, 0, 0);
}
