package io.sidetrack.ops.deadletter;

import java.util.function.Consumer;

/** Names and counts the letters that could not be replayed. Not thread-safe. */
final class RefusedDeadLetters {
    private final Consumer<String> lines;
    private long count;

    /** @param lines receives one line for each */
    RefusedDeadLetters(Consumer<String> lines) {
        this.lines = lines;
    }

    void add(DeadLetter letter, String reason) {
        count++;
        lines.accept("dead letter %s is not replayed: %s".formatted(letter.place(), reason));
    }

    long count() {
        return count;
    }
}
