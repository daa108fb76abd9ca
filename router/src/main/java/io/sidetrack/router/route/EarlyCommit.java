package io.sidetrack.router.route;

/**
 * Decides when to request a commit before the commit interval ends. With transactions, a record is visible on its lane only
 * after the commit, so a single record would wait for the interval, usually for nothing. A few records are worth a commit of
 * their own; many share one.
 */
final class EarlyCommit {
    private static final long WINDOW_MS = 100;
    /** A commit takes several requests to the brokers, of a few ms each. */
    private static final int FEW = 5;

    private long windowMs;
    private long records;

    /** True if a commit is due now, after some more records. */
    boolean isDue(int more, long nowMs) {
        if (nowMs - windowMs >= WINDOW_MS) {
            windowMs = nowMs;
            records = 0;
        }
        records += more;
        return records <= FEW;
    }
}
