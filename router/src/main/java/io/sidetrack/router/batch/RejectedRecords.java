package io.sidetrack.router.batch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The source's records that a broker has rejected for their size, although by the topic's limits they should have fit, and how
 * to send each next. Such a record cannot be sent elsewhere at once: with transactions, the rejection leaves nothing to do but to abort, and without
 * them, records behind it may be on the lane already. So the record is remembered, Streams reads again from the last commit,
 * and this time the record is sent as its {@link Delivery} states. A restart forgets it, and it is rejected once more. Thread-safe: the
 * producers' threads add, the stream threads ask.
 *
 * <p>Entries are not removed when their record has been dealt with, because that transaction can be aborted too. Memory is
 * bounded: the oldest are forgotten. What is read again begins at the last commit, and far fewer records fail between two
 * commits than are remembered.
 */
final class RejectedRecords implements SizeRejections {
    private static final int MOST = 10_000;

    /** In the order in which they came; guarded by this. */
    private final Map<Position, Delivery> deliveries = new LinkedHashMap<>();
    /** Whether there are any, so that the usual case takes no lock. */
    private volatile boolean any;

    private record Position(int partition, long offset) {}

    @Override
    public synchronized void rejected(int partition, long offset, Delivery next) {
        // An answer can be late: what was found out since is not forgotten.
        deliveries.merge(new Position(partition, offset), next, (known, found) -> found.isAfter(known) ? found : known);
        if (deliveries.size() > MOST) {
            deliveries.remove(deliveries.keySet().iterator().next());
        }
        any = true;
    }

    /** How to send this record of the source. */
    Delivery delivery(int partition, long offset) {
        return any ? known(partition, offset) : Delivery.FIRST;
    }

    private synchronized Delivery known(int partition, long offset) {
        return deliveries.getOrDefault(new Position(partition, offset), Delivery.FIRST);
    }
}
