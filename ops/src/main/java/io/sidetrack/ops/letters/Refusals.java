package io.sidetrack.ops.letters;

import java.util.function.Consumer;

/** Names and counts the letters that could not be replayed. Not thread-safe. */
final class Refusals {
    private final Consumer<String> lines;
    private long count;

    /** @param lines receives one line for each */
    Refusals(Consumer<String> lines) {
        this.lines = lines;
    }

    void add(Letter letter, String reason) {
        count++;
        lines.accept("dead letter %s is not replayed: %s".formatted(letter.place(), reason));
    }

    long count() {
        return count;
    }
}
