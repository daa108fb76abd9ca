package io.sidetrack.ops.sizing;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What there is to do, and with what.
 *
 * @param records of the backfill
 * @param itemBytes of an item in the table, on average
 * @param latencyMs of a batch, in ms
 * @param deadline by when the backfill is to be done; empty for as soon as the table permits
 * @param tableUnits write units a second that the table has; empty if that is no limit
 * @param liveRate records a second of live traffic, which keeps what it needs of the table
 * @param partitions of the backfill lane as it is; empty if it is to be made
 * @param instances of the backfill's writer
 */
record Load(
        long records,
        int itemBytes,
        double latencyMs,
        Optional<Duration> deadline,
        OptionalDouble tableUnits,
        double liveRate,
        Optional<Integer> partitions,
        int instances) {

    /** Write units of an item: one for each KB that it has begun. */
    int unitsPerItem() {
        return Math.max(1, (itemBytes + 1023) / 1024);
    }
}
