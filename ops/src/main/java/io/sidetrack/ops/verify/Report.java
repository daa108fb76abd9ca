package io.sidetrack.ops.verify;

import java.util.OptionalLong;

/**
 * The result of a verification.
 *
 * @param source the lane or the file
 * @param mode the writer's mode
 * @param samplePercent the percentage of keys that were verified
 * @param records records in the selected part
 * @param deadLetters how many of them have a dead letter
 * @param pending how many of them the writer has not committed
 * @param deleted offsets that the lane no longer holds
 * @param scanned items that a scan of the whole table has found; empty without a scan
 * @param readUnits the read units that were consumed
 * @param seconds how long it took
 * @param interrupted whether it was stopped before its end
 */
record Report(
        String source,
        String table,
        String mode,
        double samplePercent,
        long records,
        long deadLetters,
        long pending,
        long deleted,
        OptionalLong scanned,
        double readUnits,
        double seconds,
        boolean interrupted,
        Tally tally) {
    /** True if everything was verified, and there is no finding. */
    boolean isClean() {
        return !interrupted && tally.isClean();
    }

    /** Keys that were compared, per second. */
    double keysPerSecond() {
        return tally.keys() / Math.max(1e-3, seconds);
    }
}
