package io.sidetrack.ops.parked;

import io.sidetrack.common.record.ParkedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The order in which each group of writers has read the records of a lane that it has parked. A writer that was interrupted parks
 * some of them again. Repeated records are left out: one that arrives late would otherwise return to the lane behind newer records
 * of its key. A lane that was deleted and created again has an order of its own. What two groups have parked returns twice, because each may have written what the other has parked. Not thread-safe.
 */
final class LaneOrder {
    /** The groups are named by records. There are few, but anyone who can write the topic could add more. */
    private static final int MOST = 100_000;

    /** The highest offset on the lane of a record that was passed. */
    private final Map<Reader, Long> passed = new HashMap<>();

    private record Reader(int partition, String name) {}

    /** Adds the last record of a partition that was passed earlier. */
    void begin(ConsumerRecord<byte[], byte[]> record) {
        origin(record).ifPresent(origin -> remember(record, origin));
    }

    private static Optional<ParkedBy.Origin> origin(ConsumerRecord<byte[], byte[]> record) {
        return ParkedBy.origin(record.headers());
    }

    private void remember(ConsumerRecord<byte[], byte[]> record, ParkedBy.Origin origin) {
        Reader reader = new Reader(record.partition(), origin.reader());
        if (passed.size() < MOST || passed.containsKey(reader)) {
            passed.merge(reader, origin.offset(), Math::max);
        }
    }

    /** True if a record was not parked before, or if its header does not show that. */
    boolean isNew(ConsumerRecord<byte[], byte[]> record) {
        return origin(record)
                .map(origin ->
                        origin.offset() > passed.getOrDefault(new Reader(record.partition(), origin.reader()), -1L))
                .orElse(true);
    }

    /** As {@link #isNew}, for the next record, which is passed. */
    boolean pass(ConsumerRecord<byte[], byte[]> record) {
        boolean isNew = isNew(record);
        origin(record).ifPresent(origin -> remember(record, origin));
        return isNew;
    }
}
