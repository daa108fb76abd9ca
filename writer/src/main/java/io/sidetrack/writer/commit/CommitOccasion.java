package io.sidetrack.writer.commit;

/**
 * Why Kafka Streams flushes a producer or closes a processor. Streams does not pass this on, but the gate must know.
 *
 * <p>The state of the client does not show it: with {@code group.protocol=streams} the revocation comes before the state
 * changes. So the stack is searched for methods of Streams (as of Kafka 4.3.1). If {@code maybeCommit} were renamed, every
 * flush would count as one that cannot be put off, which is slow during an outage but loses nothing, and {@code
 * CommitOrderIT} would fail. If {@code closeTaskDirty} or {@code closeDirtyAndRevive} were renamed, a member that has lost
 * its partitions would write what it still holds over what their next owner has written, and {@code FaultIT} would fail.
 */
public enum CommitOccasion {
    /** On the interval: Streams skips the commit and tries again. */
    INTERVAL,
    /** Before partitions are given up, or at a stop: if it is not done now, the records are read again. */
    LAST,
    /**
     * There is no commit: the partitions were lost, or the thread or a commit has failed. Streams flushes all the same, but
     * what is held here may be older than what another member has written by now.
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
