package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Write;
import java.util.List;

/**
 * The writes of one call to DynamoDB: at most 25, without duplicate keys. Compared by identity, because the same writes may
 * be sent again in another batch.
 */
public final class Batch {
    private final long number;
    private final List<Write> writes;
    private final boolean part;
    private final int failures;

    private Batch(long number, List<Write> writes, boolean part, int failures) {
        this.number = number;
        this.writes = List.copyOf(writes);
        this.part = part;
        this.failures = failures;
    }

    /** Returns a batch of waiting writes. */
    static Batch of(long number, List<Write> writes) {
        return new Batch(number, writes, false, 0);
    }

    /** Returns a batch of a part of a refused batch, which is sent by itself to find the item that is at fault. */
    static Batch of(long number, BisectionQueue.Part part) {
        return new Batch(number, part.writes(), true, part.failures());
    }

    /** The writes, in the order of the outcomes in a {@link BatchOutcome.Each}. */
    public List<Write> writes() {
        return writes;
    }

    /** Returns the minimum cost of all writes. */
    int writeUnits() {
        int units = 0;
        for (Write write : writes) {
            units += write.writeUnits();
        }
        return units;
    }

    /** The number of the batch: one more than that of the batch sent before. */
    long number() {
        return number;
    }

    /** Whether this is a part of a refused batch. */
    boolean isPart() {
        return part;
    }

    /** Failed attempts of this part; 0 if this is not a part. */
    int failures() {
        return failures;
    }
}
