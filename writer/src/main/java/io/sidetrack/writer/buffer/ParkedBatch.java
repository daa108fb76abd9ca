package io.sidetrack.writer.buffer;

import java.util.List;

/**
 * Consecutive records of one partition of the lane that are sent to the parked topic together. Compared by identity, because
 * the same records may be sent again in another batch. Thread-safe.
 */
public final class ParkedBatch {
    private final int partition;
    private final List<ParkedRecord> records;
    private volatile boolean abandoned;

    ParkedBatch(int partition, List<ParkedRecord> records) {
        this.partition = partition;
        this.records = List.copyOf(records);
    }

    /** The partition of the lane, and of the parked topic. */
    public int partition() {
        return partition;
    }

    /** The records, in the order of the lane. */
    public List<ParkedRecord> records() {
        return records;
    }

    /**
     * Whether the partition was lost, so that a record that has not been passed to Kafka must not be sent any more: it could
     * arrive after newer ones of the partition's next owner.
     */
    public boolean isAbandoned() {
        return abandoned;
    }

    void abandon() {
        abandoned = true;
    }
}
