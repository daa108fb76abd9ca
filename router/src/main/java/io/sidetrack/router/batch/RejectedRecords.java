package io.sidetrack.router.batch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The source's records that a broker has rejected for their size although the known limits permit them, and how to send each
 * of them next. Such a record cannot be sent elsewhere at once: with transactions, the rejected transaction can only be aborted,
 * and without them, later records may already be on the lane. So the record is remembered, Streams reads again from the last
 * commit, and the record is then sent according to its {@link Delivery}. After a restart of the process it is rejected once
 * more. Thread-safe: the producers' threads add entries, the stream threads read them.
 *
 * <p>An entry stays after its record was sent, because that transaction can be aborted too. Memory is bounded: the oldest
 * entries are removed. Streams reads again from the last commit, and far fewer records fail between two commits than this class
 * keeps.
 */
final class RejectedRecords implements SizeRejections {
    private static final int MOST = 10_000;

    /** In the order of the rejections; guarded by this. */
    private final Map<Position, Delivery> deliveries = new LinkedHashMap<>();
    /** Whether there are entries; lets the usual case avoid the lock. */
    private volatile boolean any;

    private record Position(int partition, long offset) {}

    @Override
    public synchronized void rejected(int partition, long offset, Delivery next) {
        // A response can be late, and must not overwrite a later delivery.
        deliveries.merge(
                new Position(partition, offset), next, (present, added) -> added.isAfter(present) ? added : present);
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
