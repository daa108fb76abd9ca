package io.sidetrack.writer.buffer;

/**
 * Adjusts the load on the table to the outcomes of batches: how many batches may be in flight, and when the write budget is
 * cut. Not thread-safe.
 */
final class TableLoad {
    private final InFlightLimit inFlight;
    private final WriteBudget budget;
    private final int batchSize;

    private long batchesSent;
    /** Whether any write has succeeded since the table was last over its capacity. */
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

    /** Returns the number of the next batch. */
    long nextBatch() {
        return batchesSent++;
    }

    /** The number of the last batch that was sent. */
    long lastBatch() {
        return batchesSent - 1;
    }

    /** A write succeeded. */
    void written() {
        writtenSinceThrottle = true;
    }

    /** The table or the connection to it failed for this batch, or for a part of it. */
    void outage(Batch batch) {
        inFlight.failed(batch.number(), batchesSent - 1);
    }

    /**
     * A batch completed without an outage; some of its writes may have been throttled.
     *
     * @param ofSomeItems the writes that only an index or a hot key range throttled, which says nothing about the table
     * @param throttled the writes that were throttled
     * @param throttledFirst those among them that were first attempts since their key's last success
     */
    void completed(Batch batch, int ofSomeItems, int throttled, int throttledFirst, long nowNanos) {
        int all = batch.writes().size() - ofSomeItems;
        if (throttled > 0 && isOverCapacity(all, throttled, throttledFirst)) {
            throttled(batch, nowNanos);
        } else if (throttled * 2 < all) {
            inFlight.succeeded();
        }
    }

    /**
     * Whether the whole table is over its capacity, and not only one key range: most first attempts were throttled, or no
     * write succeeds at all. Repeated throttling of the same writes proves nothing while others succeed, because the
     * retries of a hot key range form batches of their own.
     */
    private boolean isOverCapacity(int all, int throttled, int throttledFirst) {
        // Counts all writes that succeeded as first attempts, although some may be retries.
        int first = all - throttled + throttledFirst;
        boolean mostFirst = throttledFirst * 2 > first && first * 2 >= all;
        return mostFirst || (throttled == all && !writtenSinceThrottle);
    }

    private void throttled(Batch batch, long nowNanos) {
        writtenSinceThrottle = false;
        inFlight.failed(batch.number(), batchesSent - 1);
        // A smaller batch may contain only writes of one hot key range.
        if (batch.writes().size() * 2 >= batchSize) {
            budget.throttled(nowNanos);
        }
    }
}
