package io.sidetrack.ops.publish;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** The lines that the brokers have acknowledged, by their positions. Thread-safe: callbacks run on the thread of the producer. */
final class Acknowledgements {
    /** The positions of lines that were sent and are not acknowledged, including those that failed. */
    private final TreeSet<Long> open = new TreeSet<>();
    /** Open lines that the topic has rejected, and that will be skipped. */
    private final Deque<Rejected> rejected = new ArrayDeque<>();

    private final boolean skips;
    private long acknowledged;
    private Exception failure;
    private long failedLine;

    /** A line that is too large for its topic. */
    record Rejected(long position, byte[] line) {}

    /** @param skips whether a line that is too large is skipped instead of being a failure */
    Acknowledgements(boolean skips) {
        this.skips = skips;
    }

    synchronized void sending(long position) {
        open.add(position);
    }

    /** @param problem the failure; null if the line is acknowledged */
    synchronized void completed(long position, byte[] line, Exception problem) {
        if (problem == null) {
            open.remove(position);
            acknowledged++;
        } else if (skips && problem instanceof RecordTooLargeException) {
            rejected.add(new Rejected(position, line));
        } else if (failure == null) {
            failure = problem;
            failedLine = position;
        }
    }

    /** The next line to skip. It stays open until {@link #skipped}. */
    synchronized Optional<Rejected> nextRejected() {
        return Optional.ofNullable(rejected.poll());
    }

    synchronized void skipped(long position) {
        open.remove(position);
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

    /** The first line that may not have arrived; empty if all lines have. */
    synchronized Optional<Long> firstOpen() {
        return open.isEmpty() ? Optional.empty() : Optional.of(open.first());
    }
}
