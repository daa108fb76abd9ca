package io.sidetrack.writer.table;

/**
 * Whether a batch is to be tried as inserts first, or put item by item at once. Inserts are a call for 25 items, but cost a
 * further call and further write units for each key that exists. So while most do, only one batch in a few is tried as
 * inserts, to see whether that is still so. Thread-safe.
 */
final class InsertFirstPolicy {
    /**
     * Of the keys of recent inserts, from which on inserts do not pay. A put by itself costs eight times the CPU of an item in
     * a batch (the benchmark {@code guard}), a failed insert a write unit and a round trip; this weighs them alike.
     */
    private static final double MOST = 0.5;
    /** How much the newest batch counts against all before. */
    private static final double WEIGHT = 1.0 / 8;

    private static final int PROBE_EVERY = 32;

    private double existing;
    private long since;

    synchronized boolean triesInserts() {
        return existing <= MOST || ++since % PROBE_EVERY == 0;
    }

    /** How an attempt went. */
    synchronized void inserted(int tried, int existed) {
        existing += WEIGHT * ((double) existed / tried - existing);
    }
}
