package io.sidetrack.writer.share;

/**
 * The parts of a lane that belong to one instance. Immutable. Times are in nanoseconds of one monotonic clock.
 *
 * @param owned the part of the lane's partitions that the instance owns, 0 to 1
 * @param units the part of the lane's write units that the instance may consume, 0 to 1
 * @param untilNanos when {@code units} expires; {@link Long#MAX_VALUE} for never
 * @param unitsAfter the part from then on, 0 to {@code units}
 */
public record Share(double owned, double units, long untilNanos, double unitsAfter) {
    /** The whole lane. */
    public static final Share ALL = unlimited(1, 1);

    /** A share that does not expire. */
    static Share unlimited(double owned, double units) {
        return new Share(owned, units, Long.MAX_VALUE, units);
    }

    /** The share after its expiry. */
    public Share expired() {
        return unlimited(owned, unitsAfter);
    }
}
