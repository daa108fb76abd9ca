package io.sidetrack.writer.buffer;

import java.util.Arrays;

/** The write units consumed in the last second, in slices of a tenth of a second. Not thread-safe. */
final class UnitRate {
    private static final int SLICES = 10;
    private static final long SLICE_NANOS = 100_000_000;

    private final double[] units = new double[SLICES + 1];
    private long slice = Long.MIN_VALUE;

    void add(double more, long nowNanos) {
        advance(nowNanos);
        units[index(slice)] += more;
    }

    /** Returns the units of the last ten full slices; the current slice is not included. */
    double perSecond(long nowNanos) {
        advance(nowNanos);
        double sum = 0;
        for (long past = slice - SLICES; past < slice; past++) {
            sum += units[index(past)];
        }
        return sum;
    }

    private void advance(long nowNanos) {
        long now = Math.floorDiv(nowNanos, SLICE_NANOS);
        if (now - slice > SLICES || slice == Long.MIN_VALUE) {
            Arrays.fill(units, 0);
            slice = now;
        }
        while (slice < now) {
            slice++;
            units[index(slice)] = 0;
        }
    }

    private static int index(long number) {
        return Math.floorMod(number, SLICES + 1);
    }
}
