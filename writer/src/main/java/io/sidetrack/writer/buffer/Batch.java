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
    private final Kind kind;
    private final int failures;

    /** Where the writes of a batch come from. */
    private enum Kind {
        ORDINARY,
        APART,
        PART
    }

    private Batch(long number, List<Write> writes, Kind kind, int failures) {
        this.number = number;
        this.writes = List.copyOf(writes);
        this.kind = kind;
        this.failures = failures;
    }

    /** Returns a batch of waiting writes. */
    static Batch of(long number, List<Write> writes) {
        return new Batch(number, writes, Kind.ORDINARY, 0);
    }

    /** Returns a batch of waiting writes that are sent apart from others. */
    static Batch apart(long number, List<Write> writes) {
        return new Batch(number, writes, Kind.APART, 0);
    }

    /** Returns a batch of a part of another one, which is sent by itself. */
    static Batch of(long number, BisectionQueue.Part part) {
        return new Batch(number, part.writes(), Kind.PART, part.failures());
    }

    /** The writes, in the order of the outcomes in a {@link BatchOutcome.Each}. */
    public List<Write> writes() {
        return writes;
    }

    /** Returns the expected cost of all writes, with that of index entries. */
    int expectedUnits() {
        int units = 0;
        for (Write write : writes) {
            units += write.expectedUnits();
        }
        return units;
    }

    /** The number of the batch: one more than that of the batch sent before. */
    long number() {
        return number;
    }

    /** Whether this is a part of another batch, which is sent by itself. */
    boolean isPart() {
        return kind == Kind.PART;
    }

    /** Whether its writes are sent apart from others. */
    boolean isApart() {
        return kind == Kind.APART;
    }

    /** Failed attempts of this part; 0 if this is not a part. */
    int failures() {
        return failures;
    }
}
