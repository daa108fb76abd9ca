package io.sidetrack.ops.deadletter;

import java.util.function.Consumer;

/** Reports and counts dead letters that cannot be replayed. Not thread-safe. */
final class ReplayRefusals {
    private final Consumer<String> lines;
    private long count;

    /** @param lines receives one line per dead letter */
    ReplayRefusals(Consumer<String> lines) {
        this.lines = lines;
    }

    void add(DeadLetter deadLetter, String reason) {
        count++;
        lines.accept("dead letter %s is not replayed: %s".formatted(deadLetter.position(), reason));
    }

    long count() {
        return count;
    }
}
