package io.sidetrack.writer.commit;

/**
 * The reason why Kafka Streams flushes a producer or closes a processor. Streams does not pass it on, so it is derived from
 * the call stack.
 *
 * <p>The state of the client does not show the reason: with {@code group.protocol=streams}, the revocation comes before the
 * state change. The stack is therefore searched for methods of Streams (as of Kafka 4.3.1). If an upgrade renames {@code
 * maybeCommit}, every flush counts as one that cannot be postponed, which is slow during an outage but loses nothing, and
 * {@code CommitOrderIT} fails. If it renames {@code closeTaskDirty} or {@code closeDirtyAndRevive}, a member that has lost its
 * partitions overwrites the writes of their next owner with buffered ones, and {@code FaultIT} fails.
 */
public enum CommitOccasion {
    /** A commit on the interval: if the flush fails, Streams skips the commit and tries again. */
    INTERVAL,
    /** The last commit before a revocation or a shutdown: if the flush fails, the records are read again. */
    LAST,
    /**
     * No commit: the partitions were lost, or the thread or a commit has failed. Streams flushes nevertheless, but buffered
     * writes may be older than what another member has written in the meantime.
     */
    NONE;

    private static final StackWalker STACK = StackWalker.getInstance();

    /** The occasion of the current call. Takes microseconds. */
    public static CommitOccasion ofThisCall() {
        return STACK.walk(frames -> frames.map(CommitOccasion::of)
                .filter(occasion -> occasion != LAST)
                .findFirst()
                .orElse(LAST));
    }

    private static CommitOccasion of(StackWalker.StackFrame frame) {
        String method = frame.getMethodName();
        if ((method.equals("closeTaskDirty") || method.equals("closeDirtyAndRevive"))
                && frame.getClassName().endsWith(".TaskManager")) {
            return NONE;
        }
        return method.equals("maybeCommit") && frame.getClassName().endsWith(".StreamThread") ? INTERVAL : LAST;
    }
}
