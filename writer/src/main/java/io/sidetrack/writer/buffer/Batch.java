package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.Write;
import java.util.List;

/**
 * Writes that go to DynamoDB in one call: 25 at most, no key twice. Compared by identity: the same writes may be sent
 * again, in another batch.
 */
public final class Batch {
    private final long number;
    private final List<Write> writes;
    private final boolean suspect;
    private final int failures;

    private Batch(long number, List<Write> writes, boolean suspect, int failures) {
        this.number = number;
        this.writes = List.copyOf(writes);
        this.suspect = suspect;
        this.failures = failures;
    }

    /** A batch of whatever was waiting. */
    static Batch of(long number, List<Write> writes) {
        return new Batch(number, writes, false, 0);
    }

    /** A part of a refused batch, kept by itself to find the culprit. */
    static Batch of(long number, BisectionQueue.Part part) {
        return new Batch(number, part.writes(), true, part.failures());
    }

    /** What to write, in the order that a {@link BatchOutcome.Each} answers in. */
    public List<Write> writes() {
        return writes;
    }

    /** What it costs at least. */
    int writeUnits() {
        int units = 0;
        for (Write write : writes) {
            units += write.writeUnits();
        }
        return units;
    }

    /** One more than that of the batch that was sent before. */
    long number() {
        return number;
    }

    boolean isSuspect() {
        return suspect;
    }

    /** Failed tries of a suspect. */
    int failures() {
        return failures;
    }
}
