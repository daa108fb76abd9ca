package io.sidetrack.writer.table;

/**
 * Decides whether a batch is tried as inserts first, or put item by item at once. A call inserts up to 25 items, but each key
 * that exists costs another call and more write units. While most keys exist, only one batch in {@value #PROBE_EVERY} is tried
 * as inserts, to find out whether that is still the case. Thread-safe.
 */
final class InsertFirstPolicy {
    /**
     * The share of existing keys up to which inserts are worthwhile. A single put costs eight times the CPU of an item in a
     * batch (the benchmark {@code guard}); a failed insert costs a write unit and a round trip. Both count the same here.
     */
    private static final double MAX_EXISTING = 0.5;
    /** The weight of the newest batch in the moving average. */
    private static final double WEIGHT = 1.0 / 8;

    static final int PROBE_EVERY = 32;

    /** The moving average of the share of keys that existed. */
    private double existing;

    private long putBatches;

    synchronized boolean triesInserts() {
        return existing <= MAX_EXISTING || ++putBatches % PROBE_EVERY == 0;
    }

    /** Reports the result of a batch of inserts. */
    synchronized void inserted(int tried, int existed) {
        existing += WEIGHT * ((double) existed / tried - existing);
    }
}
