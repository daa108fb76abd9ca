package io.sidetrack.ops.progress;

import java.util.OptionalDouble;

/**
 * The rates at which a topic is read and written.
 *
 * @param readOffsets offsets read per second; empty if unknown
 * @param arrivingOffsets offsets written per second
 * @param readShare the share of records among the offsets that were read; empty if unknown
 * @param arrivingShare the share of records among the offsets that were written; empty if unknown
 */
record Rates(
        OptionalDouble readOffsets, double arrivingOffsets, OptionalDouble readShare, OptionalDouble arrivingShare) {
    /** Records read per second; offsets if {@link #readsRecords} is false. */
    OptionalDouble read() {
        return readOffsets.isEmpty() ? readOffsets : OptionalDouble.of(readOffsets.getAsDouble() * readShare.orElse(1));
    }

    /** Records written per second; offsets if {@link #writesRecords} is false. */
    double arriving() {
        return arrivingOffsets * arrivingShare.orElse(1);
    }

    /** True if {@link #read} counts records. A rate of zero does. */
    boolean readsRecords() {
        return readShare.isPresent() || readOffsets.orElse(0) == 0;
    }

    /** True if {@link #arriving} counts records. A rate of zero does. */
    boolean writesRecords() {
        return arrivingShare.isPresent() || arrivingOffsets == 0;
    }
}
