package io.sidetrack.writer.buffer;

/**
 * How much the table is asked for at a time, by what it answers: how many batches may be in flight, and when the budget
 * has to be cut. Not thread-safe.
 */
final class TableLoad {
    private final InFlightLimit inFlight;
    private final WriteBudget budget;
    private final int batchSize;

    private long batchesSent;
    /** Whether a write has succeeded since the table was last found to be over its capacity. */
    private boolean writtenSinceThrottle;

    TableLoad(int maxInFlight, WriteBudget budget, int batchSize) {
        this.inFlight = new InFlightLimit(maxInFlight);
        this.budget = budget;
        this.batchSize = batchSize;
    }

    /** How many batches may be in flight now. */
    int maxInFlight() {
        return inFlight.current();
    }

    /** The number of the next batch. */
    long nextBatch() {
        return batchesSent++;
    }

    void written() {
        writtenSinceThrottle = true;
    }

    /** The table or the way to it has failed for this batch, or for a part of it. */
    void outage(Batch batch) {
        inFlight.failed(batch.number(), batchesSent - 1);
    }

    /**
     * A part of a batch was throttled, or none of it.
     *
     * @param throttled writes that were throttled
     * @param throttledFresh those among them that were tried for the first time since their key's last success
     */
    void answered(Batch batch, int throttled, int throttledFresh, long nowNanos) {
        int all = batch.writes().size();
        if (throttled > 0 && isOverCapacity(all, throttled, throttledFresh)) {
            throttled(batch, nowNanos);
        } else if (throttled * 2 < all) {
            inFlight.succeeded();
        }
    }

    /**
     * Whether the table is over its capacity, and not only one key range of it: most of the writes that it received for the
     * first time were throttled, or it writes nothing at all any more. That writes are throttled again which were
     * throttled before says nothing new while others succeed; the rest of a hot key range arrives in batches of its own.
     */
    private boolean isOverCapacity(int all, int throttled, int throttledFresh) {
        // Those that succeeded were fresh, unless they had failed before.
        int fresh = all - throttled + throttledFresh;
        boolean mostFresh = throttledFresh * 2 > fresh && fresh * 2 >= all;
        return mostFresh || (throttled == all && !writtenSinceThrottle);
    }

    private void throttled(Batch batch, long nowNanos) {
        writtenSinceThrottle = false;
        inFlight.failed(batch.number(), batchesSent - 1);
        // A write or two may belong to one hot key range.
        if (batch.writes().size() * 2 >= batchSize) {
            budget.throttled(nowNanos);
        }
    }
}
