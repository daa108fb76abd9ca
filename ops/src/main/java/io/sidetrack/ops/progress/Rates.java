package io.sidetrack.ops.progress;

import java.util.OptionalDouble;

/**
 * How fast a topic is read and written.
 *
 * @param readOffsets offsets read a second; empty if it is not known yet
 * @param arrivingOffsets offsets written a second
 * @param readShare records among the offsets that are read; empty if it is not known
 * @param arrivingShare records among the offsets that are written; empty if it is not known
 */
record Rates(
        OptionalDouble readOffsets, double arrivingOffsets, OptionalDouble readShare, OptionalDouble arrivingShare) {
    /** Records read a second; offsets if {@link #readsRecords} is false. */
    OptionalDouble read() {
        return readOffsets.isEmpty() ? readOffsets : OptionalDouble.of(readOffsets.getAsDouble() * readShare.orElse(1));
    }

    /** Records written a second; offsets if {@link #writesRecords} is false. */
    double arriving() {
        return arrivingOffsets * arrivingShare.orElse(1);
    }

    /** Whether {@link #read} is of records. None are none. */
    boolean readsRecords() {
        return readShare.isPresent() || readOffsets.orElse(0) == 0;
    }

    /** Whether {@link #arriving} is of records. */
    boolean writesRecords() {
        return arrivingShare.isPresent() || arrivingOffsets == 0;
    }
}
