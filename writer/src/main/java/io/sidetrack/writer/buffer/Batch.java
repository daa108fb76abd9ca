package io.sidetrack.writer.buffer;

import io.sidetrack.writer.item.Write;
import java.util.List;

/**
 * Writes that go to DynamoDB in one call: 25 at most, no key twice. Compared by identity: the same writes may be sent
 * again, in another batch.
 */
public final class Batch {
    private final List<Write> writes;
    private final boolean suspect;
    private final int failures;

    private Batch(List<Write> writes, boolean suspect, int failures) {
        this.writes = List.copyOf(writes);
        this.suspect = suspect;
        this.failures = failures;
    }

    /** A batch of whatever was waiting. */
    static Batch of(List<Write> writes) {
        return new Batch(writes, false, 0);
    }

    /**
     * A part of a refused batch, kept by itself to find the culprit.
     *
     * @param failures failed tries of this very part
     */
    static Batch suspect(List<Write> writes, int failures) {
        return new Batch(writes, true, failures);
    }

    /** What to write, in the order that a {@link BatchOutcome.Each} answers in. */
    public List<Write> writes() {
        return writes;
    }

    boolean isSuspect() {
        return suspect;
    }

    int failures() {
        return failures;
    }
}
