package io.sidetrack.ops.verify;

/**
 * Spreads reads so that they consume at most a number of read units per second on average. The cost of a read is known only
 * afterwards, so the budget estimates it by the reads before and corrects it then. Thread-safe.
 */
final class ReadBudget {
    private static final double NANOS = 1e9;
    /** A year. A sum with the time must not overflow. */
    private static final double MAX_NANOS = 365 * 86_400 * NANOS;

    /** How much the last read changes the estimate. */
    private static final double WEIGHT = 0.1;

    private final double perSecond;
    private double perItem;
    private long freeNanos;
    private boolean started;
    private double consumed;

    /**
     * An unused budget.
     *
     * @param perSecond read units per second; infinite for no limit
     * @param perItem the cost of an item, as a first estimate
     */
    ReadBudget(double perSecond, double perItem) {
        this.perSecond = perSecond;
        this.perItem = perItem;
    }

    /** The expected cost of a read of some items, in read units. */
    synchronized double estimate(int items) {
        return perItem * items;
    }

    /**
     * Reserves the cost of a read.
     *
     * @return how long to wait before the read, in ns
     */
    synchronized long reserve(double units, long nowNanos) {
        // Time in which nothing was read is not made up for.
        freeNanos = started ? Math.max(freeNanos, nowNanos) : nowNanos;
        started = true;
        long start = freeNanos;
        freeNanos += nanos(units);
        return start - nowNanos;
    }

    /**
     * Corrects the cost of a read.
     *
     * @param reserved what was reserved for it
     * @param actual what it has consumed
     * @param items the number of items that it has read
     */
    synchronized void settle(double reserved, double actual, int items) {
        consumed += actual;
        freeNanos += nanos(actual - reserved);
        if (items > 0) {
            perItem += WEIGHT * (actual / items - perItem);
        }
    }

    private long nanos(double units) {
        return (long) Math.max(-MAX_NANOS, Math.min(MAX_NANOS, units / perSecond * NANOS));
    }

    /** The read units that all reads have consumed. */
    synchronized double consumed() {
        return consumed;
    }
}
