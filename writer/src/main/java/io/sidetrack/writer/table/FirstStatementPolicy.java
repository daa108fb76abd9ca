package io.sidetrack.writer.table;

/**
 * Decides whether the items of a batch are tried as inserts or as updates first. The wrong choice costs a second call for the
 * batch and the write units of the statements that fail.
 *
 * <p>Both statements report whether the key exists, so the writer learns from every batch and needs no probes. The share of
 * existing keys is a moving average. It must pass the middle by a margin before the choice changes, so that keys of which half
 * exist do not make it alternate: there, both choices cost the same. After a change from new keys to existing ones, or back,
 * {@value #MAX_BATCHES_TO_ADAPT} batches are enough. Thread-safe, and deterministic for a sequence of calls.
 */
final class FirstStatementPolicy {
    /** The weight of the newest batch in the moving average. */
    private static final double WEIGHT = 1.0 / 8;

    private static final double MIDDLE = 0.5;
    private static final double MARGIN = 0.1;

    /** (1 - 1/8)^7 is below the middle less the margin. */
    static final int MAX_BATCHES_TO_ADAPT = 7;

    /** The moving average of the share of keys that existed. */
    private double existing;

    private boolean updatesFirst;

    synchronized boolean triesUpdates() {
        return updatesFirst;
    }

    /**
     * Reports what the first statements of a batch met.
     *
     * @param existed the keys that existed
     * @param missing the keys that did not; statements that failed for another reason count as neither
     */
    synchronized void met(int existed, int missing) {
        if (existed + missing == 0) {
            return;
        }
        existing += WEIGHT * ((double) existed / (existed + missing) - existing);
        updatesFirst = updatesFirst ? existing > MIDDLE - MARGIN : existing > MIDDLE + MARGIN;
    }
}
