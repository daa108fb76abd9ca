package io.sidetrack.bench.endpoint;

/**
 * The write units of a table, and of each of its key ranges: token buckets that are full at the beginning and hold what comes
 * in a second. An item costs one unit: those of the benchmarks have less than 1 KB. Not thread-safe.
 */
final class Capacity {
    private static final double NANOS = 1e9;

    private final Bucket table;
    private final Bucket[] ranges;

    /** Tokens that come at a rate. */
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
     * Buckets, full.
     *
     * @param tableUnits per second
     * @param ranges how many; keys are spread over them by their number
     * @param rangeUnits per second, of each
     */
    Capacity(double tableUnits, int ranges, double rangeUnits, long nowNanos) {
        this.table = new Bucket(tableUnits, nowNanos);
        this.ranges = new Bucket[ranges];
        for (int i = 0; i < ranges; i++) {
            this.ranges[i] = new Bucket(rangeUnits, nowNanos);
        }
    }

    /** Whether there is a unit for this key; then it is taken. */
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
