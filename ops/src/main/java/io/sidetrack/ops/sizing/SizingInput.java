package io.sidetrack.ops.sizing;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A backfill and the resources for it.
 *
 * @param records the number of records
 * @param itemBytes the average size of an item in the table
 * @param unitsPerItem the write units of the table for a record, on average
 * @param latencyMs the latency of a batch
 * @param deadline the time in which the backfill must finish; empty for as short as possible
 * @param tableUnits the table's write units per second; empty for no limit
 * @param liveRate live records per second, for which write units are reserved
 * @param partitions the partitions of the backfill lane; empty if it does not exist
 * @param instances the instances of the backfill lane's writer
 */
record SizingInput(
        long records,
        int itemBytes,
        double unitsPerItem,
        double latencyMs,
        Optional<Duration> deadline,
        OptionalDouble tableUnits,
        double liveRate,
        Optional<Integer> partitions,
        int instances) {

    /** The same backfill without a deadline. */
    SizingInput asFastAsPossible() {
        return new SizingInput(
                records,
                itemBytes,
                unitsPerItem,
                latencyMs,
                Optional.empty(),
                tableUnits,
                liveRate,
                partitions,
                instances);
    }
}
