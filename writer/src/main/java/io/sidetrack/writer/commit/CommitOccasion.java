package io.sidetrack.writer.commit;

/**
 * Why Kafka Streams flushes a producer. It does not say, but the gate must know.
 *
 * <p>The state of the client does not tell: with {@code group.protocol=streams} the revocation comes before the state
 * changes. So the stack is asked for methods of Streams (as of Kafka 4.3.1). Were {@code maybeCommit} renamed, every flush
 * would count as one that can't be put off, which is slow during an outage but loses nothing, and {@code CommitOrderIT}
 * would fail. Were {@code closeTaskDirty} renamed, a member that has lost its partitions would write what it still holds
 * over what their next owner has written, and {@code FaultIT} would fail.
 */
enum CommitOccasion {
    /** On the interval: Streams skips the commit and tries again. */
    INTERVAL,
    /** Before partitions are given up, or at a stop: if it is not done now, the records are read again. */
    LAST,
    /**
     * There will be no commit: the partitions were lost, or the thread has failed. Streams flushes all the same, but what
     * is held here may be older than what another member has written by now.
     */
    NONE;

    private static final StackWalker STACK = StackWalker.getInstance();

    /** The occasion of the calling flush. Takes microseconds. */
    static CommitOccasion ofThisFlush() {
        return STACK.walk(frames -> frames.map(CommitOccasion::of)
                .filter(occasion -> occasion != LAST)
                .findFirst()
                .orElse(LAST));
    }

    private static CommitOccasion of(StackWalker.StackFrame frame) {
        if (frame.getMethodName().equals("closeTaskDirty")
                && frame.getClassName().endsWith(".TaskManager")) {
            return NONE;
        }
        return frame.getMethodName().equals("maybeCommit")
                        && frame.getClassName().endsWith(".StreamThread")
                ? INTERVAL
                : LAST;
    }
}
