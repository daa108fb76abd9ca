package io.sidetrack.router.batch;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The source's records that a broker has rejected for their size, although by the lane's limits they should have fit. Such a
 * record cannot be sent elsewhere at once: with transactions, the rejection leaves nothing to do but to abort, and without
 * them, records behind it may be on the lane already. So the record is remembered, Streams reads again from the last commit,
 * and this time the record goes to the dead letters. A restart forgets it, and it is rejected once more. Thread-safe: the
 * producers' threads add, the stream threads ask.
 *
 * <p>Entries are not removed when their record has been dealt with, because that transaction can be aborted too. Memory is
 * bounded: the oldest are forgotten. What is read again begins at the last commit, and far fewer records fail between two
 * commits than are remembered.
 */
final class RejectedRecords implements SizeRejections {
    private static final int MOST = 10_000;

    /** In the order in which they came; guarded by this. */
    private final Set<Position> positions = new LinkedHashSet<>();
    /** Whether there are any, so that the usual case takes no lock. */
    private volatile boolean any;

    private record Position(int partition, long offset) {}

    @Override
    public synchronized void rejected(int partition, long offset) {
        positions.add(new Position(partition, offset));
        if (positions.size() > MOST) {
            positions.remove(positions.iterator().next());
        }
        any = true;
    }

    /** Whether a broker has rejected this record of the source. */
    boolean contains(int partition, long offset) {
        return any && isKnown(partition, offset);
    }

    private synchronized boolean isKnown(int partition, long offset) {
        return positions.contains(new Position(partition, offset));
    }
}
