package io.sidetrack.writer.buffer;

import java.util.Arrays;

/** What was added in the last second, in tenths of it. Not thread-safe. */
final class UnitRate {
    private static final int SLICES = 10;
    private static final long SLICE_NANOS = 100_000_000;

    private final double[] units = new double[SLICES + 1];
    private long slice = Long.MIN_VALUE;

    void add(double some, long nowNanos) {
        advance(nowNanos);
        units[index(slice)] += some;
    }

    /** Of the last whole second; what has come in the slice that is not over is left out. */
    double perSecond(long nowNanos) {
        advance(nowNanos);
        double sum = 0;
        for (long some = slice - SLICES; some < slice; some++) {
            sum += units[index(some)];
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

    private static int index(long some) {
        return Math.floorMod(some, SLICES + 1);
    }
}
