package io.sidetrack.bench.endpoint;

/**
 * The write units of a table and of each of its key ranges: token buckets that are full at the start and hold the units of
 * one second. An item costs one unit, because the benchmarks' items are smaller than 1 KB. Not thread-safe.
 */
final class Capacity {
    private static final double NANOS = 1e9;

    private final Bucket table;
    private final Bucket[] ranges;

    /** A token bucket. */
    private static final class Bucket {
        private final double perSecond;
        private double tokens;
        private long filledNanos;

        Bucket(double perSecond, long nowNanos) {
            this.perSecond = perSecond;
            this.tokens = perSecond;
            this.filledNanos = nowNanos;
        }

        boolean hasOne(long nowNanos) {
            tokens = Math.min(perSecond, tokens + (nowNanos - filledNanos) / NANOS * perSecond);
            filledNanos = nowNanos;
            return tokens >= 1;
        }
    }

    /**
     * Creates full buckets.
     *
     * @param tableUnits write units per second of the table
     * @param ranges the number of key ranges, to which keys are assigned by their number
     * @param rangeUnits write units per second of each range
     */
    Capacity(double tableUnits, int ranges, double rangeUnits, long nowNanos) {
        this.table = new Bucket(tableUnits, nowNanos);
        this.ranges = new Bucket[ranges];
        for (int i = 0; i < ranges; i++) {
            this.ranges[i] = new Bucket(rangeUnits, nowNanos);
        }
    }

    /** Takes a unit for a key; false if there is none. */
    boolean take(int number, long nowNanos) {
        Bucket range = ranges[Math.floorMod(number, ranges.length)];
        if (!table.hasOne(nowNanos) || !range.hasOne(nowNanos)) {
            return false;
        }
        table.tokens--;
        range.tokens--;
        return true;
    }
}
