package io.sidetrack.writer.buffer;

/**
 * The current limit of batches in flight. A table that is over its capacity, or that fails, receives fewer requests: the
 * limit is halved, at most once for all batches that were in flight together. Each batch that succeeds increases the limit
 * again. A full round of batches increases it by an eighth, and by at least one, so that the load recovers within seconds
 * after an outage instead of surging. Pure, and not thread-safe.
 */
final class InFlightLimit {
    private static final double GROWTH = 1.0 / 8;

    private final int max;
    private double limit;
    /** The number of the last batch that was sent before the limit was last halved. */
    private long lastBeforeCut = -1;

    /** @param max the initial and maximum limit */
    InFlightLimit(int max) {
        this.max = max;
        this.limit = max;
    }

    int current() {
        return (int) limit;
    }

    /** A batch succeeded, at least for the most part. */
    void succeeded() {
        limit = Math.min(max, limit + Math.max(1 / limit, GROWTH));
    }

    /**
     * A batch failed, at least in part.
     *
     * @param number the number of the batch
     * @param lastSent the number of the last batch that was sent
     */
    void failed(long number, long lastSent) {
        if (number > lastBeforeCut) {
            limit = Math.max(1, limit / 2);
            lastBeforeCut = lastSent;
        }
    }
}
