package io.sidetrack.ops.publish;

import java.util.Optional;
import java.util.TreeSet;

/** Which lines the brokers have acknowledged. Thread-safe: they answer on the producer's thread. */
final class Acknowledgements {
    /** Lines that were sent and not acknowledged, those that failed among them. */
    private final TreeSet<Long> open = new TreeSet<>();

    private long acknowledged;
    private Exception failure;
    private long failedLine;

    synchronized void sending(long line) {
        open.add(line);
    }

    synchronized void answered(long line, Exception problem) {
        if (problem == null) {
            open.remove(line);
            acknowledged++;
        } else if (failure == null) {
            failure = problem;
            failedLine = line;
        }
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
