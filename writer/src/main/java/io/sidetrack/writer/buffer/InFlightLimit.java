package io.sidetrack.writer.buffer;

/**
 * How many batches may be in flight just now. A table that is over its capacity, or does not answer, is asked less: the
 * limit halves, at most once for all the batches that were on their way together. Each batch that succeeds lets it grow
 * again, by an eighth for a full round of them and by at least one, so that an outage is followed by seconds of recovery
 * and not by a flood. Pure, and not thread-safe.
 */
final class InFlightLimit {
    private static final double GROWTH = 1.0 / 8;

    private final int max;
    private double limit;
    /** Batches are numbered as they are sent; those up to this one were sent before the last cut. */
    private long cutAfter = -1;

    /** @param max where it starts, and what it does not grow beyond */
    InFlightLimit(int max) {
        this.max = max;
        this.limit = max;
    }

    int current() {
        return (int) limit;
    }

    /** A batch was written, whole. */
    void succeeded() {
        limit = Math.min(max, limit + Math.max(1 / limit, GROWTH));
    }

    /**
     * A batch, or a part of one, is to be tried again.
     *
     * @param number the batch's own
     * @param lastSent the number of the batch that was sent last
     */
    void failed(long number, long lastSent) {
        if (number > cutAfter) {
            limit = Math.max(1, limit / 2);
            cutAfter = lastSent;
        }
    }
}
