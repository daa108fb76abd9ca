package io.sidetrack.ops.publish;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Which lines the brokers have acknowledged. Thread-safe: they answer on the producer's thread. */
final class Acknowledgements {
    /** Lines that were sent and not acknowledged, those that failed among them. */
    private final TreeSet<Long> open = new TreeSet<>();
    /** Lines that are open because the topic does not accept them, and of which the user knows how to go on without them. */
    private final Deque<Rejected> rejected = new ArrayDeque<>();

    private final boolean leavesOut;
    private long acknowledged;
    private Exception failure;
    private long failedLine;

    /** A line that is too large for its topic. */
    record Rejected(long number, byte[] line) {}

    /** @param leavesOut whether a line that is too large is left out instead of being a failure */
    Acknowledgements(boolean leavesOut) {
        this.leavesOut = leavesOut;
    }

    synchronized void sending(long number) {
        open.add(number);
    }

    /** @param problem null if there is none */
    synchronized void answered(long number, byte[] line, Exception problem) {
        if (problem == null) {
            open.remove(number);
            acknowledged++;
        } else if (leavesOut && problem instanceof RecordTooLargeException) {
            rejected.add(new Rejected(number, line));
        } else if (failure == null) {
            failure = problem;
            failedLine = number;
        }
    }

    /** The next line to leave out; it stays open until {@link #leftOut}. */
    synchronized Optional<Rejected> nextRejected() {
        return Optional.ofNullable(rejected.poll());
    }

    synchronized void leftOut(long number) {
        open.remove(number);
    }

    synchronized long count() {
        return acknowledged;
    }

    /** The first failure. */
    synchronized Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized long failedLine() {
        return failedLine;
    }

    /** The first line that may not have arrived; empty if all have. */
    synchronized Optional<Long> firstOpen() {
        return open.isEmpty() ? Optional.empty() : Optional.of(open.first());
    }
}
