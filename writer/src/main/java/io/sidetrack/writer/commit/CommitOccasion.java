package io.sidetrack.writer.commit;

/**
 * Why Kafka Streams flushes a producer. It does not say, but the gate must know: a commit on the interval can be put off
 * (Streams skips it and tries again), a commit before partitions are given up cannot (the thread would die).
 *
 * <p>The state of the client does not tell either: with {@code group.protocol=streams} the revocation comes before the
 * state changes. So the stack is asked whether {@code StreamThread.maybeCommit} is on it (as of Kafka 4.3.1). Were that
 * method renamed, every flush would count as one that can't be put off, which is slow during an outage but loses
 * nothing; {@code CommitOrderIT} would fail.
 */
final class CommitOccasion {
    private static final StackWalker STACK = StackWalker.getInstance();

    private CommitOccasion() {}

    /** Whether the calling flush belongs to a commit that Streams will try again. Takes microseconds. */
    static boolean canBePutOff() {
        return STACK.walk(
                frames -> frames.anyMatch(frame -> frame.getMethodName().equals("maybeCommit")
                        && frame.getClassName().endsWith(".StreamThread")));
    }
}
