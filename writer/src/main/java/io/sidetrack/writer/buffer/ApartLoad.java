package io.sidetrack.writer.buffer;

/**
 * The limits of the writes that are sent apart from the others, because an index or a hot key range throttles them, while the
 * rest of the table has capacity. They share the table's limits with the others, but neither slow them down nor are they
 * starved by them: at most half of the batches in flight are theirs, and of two batches that are due, the one of the other
 * kind than the last is sent first. Not thread-safe.
 */
final class ApartLoad {
    private final InFlightLimit limit;
    private final WriteBudget budget;

    private int inFlight;
    private boolean wasLast;
    /** When the budget allows the next batch; {@link Long#MAX_VALUE} if no batch waits for it. */
    private long opensNanos = Long.MAX_VALUE;

    /**
     * @param maxInFlight of all batches
     * @param budget shared by all threads; a lane that yields to others does so in a throttled index too
     */
    ApartLoad(int maxInFlight, WriteBudget budget) {
        this.limit = new InFlightLimit(half(maxInFlight));
        this.budget = budget;
    }

    private static int half(int maxInFlight) {
        return Math.max(1, maxInFlight / 2);
    }

    /** Begins to look for batches to send. */
    void begin() {
        opensNanos = Long.MAX_VALUE;
    }

    /** The batches in flight that were sent apart. */
    int inFlight() {
        return inFlight;
    }

    /**
     * Whether a batch that is due may be sent now.
     *
     * @param maxInFlight the current limit of all batches
     */
    boolean allows(int maxInFlight, long nowNanos) {
        if (inFlight >= Math.min(limit.current(), half(maxInFlight))) {
            return false;
        }
        if (budget.isOpen(nowNanos)) {
            return true;
        }
        opensNanos = budget.opensAtNanos(nowNanos);
        return false;
    }

    /** Whether the next batch is one that is sent apart, if another one is due too. */
    boolean isNext() {
        return !wasLast;
    }

    /** A batch is sent. @return the units reserved in the budget of those that are sent apart */
    double sent(boolean isApart, int expectedUnits) {
        wasLast = isApart;
        if (!isApart) {
            return 0;
        }
        inFlight++;
        return budget.reserve(expectedUnits);
    }

    /** A batch that was sent apart is completed. */
    void completed(double reservedUnits, int expectedUnits, double chargedUnits, long nowNanos) {
        inFlight--;
        budget.settle(reservedUnits, expectedUnits, chargedUnits, nowNanos);
    }

    /** A batch that was sent apart succeeded, at least for the most part. */
    void succeeded() {
        limit.succeeded();
    }

    /** An index or a key range throttled most of a batch, or a part of one that was not sent apart. */
    void throttled(Batch batch, long lastSent, long nowNanos) {
        limit.failed(batch.number(), lastSent);
        budget.throttled(nowNanos);
    }

    /** When the budget allows the next batch; {@link Long#MAX_VALUE} if no batch waits for it. */
    long opensNanos() {
        return opensNanos;
    }
}
