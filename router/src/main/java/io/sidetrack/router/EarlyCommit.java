package io.sidetrack.router;

/**
 * When to ask for a commit before its time. With transactions a record is seen on its lane only after the commit, so that a
 * lone record would wait for the interval, most of the time for nothing. Few records are worth a commit of their own;
 * many share one.
 */
final class EarlyCommit {
    private static final long WINDOW_MS = 100;
    /** A commit is some calls to the brokers, each of a few ms. */
    private static final int FEW = 5;

    private long windowMs;
    private long records;

    /** Whether to commit now, after so many more records. */
    boolean after(int more, long nowMs) {
        if (nowMs - windowMs >= WINDOW_MS) {
            windowMs = nowMs;
            records = 0;
        }
        records += more;
        return records <= FEW;
    }
}
