package io.sidetrack.ops.copy;

import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.ops.cluster.RecordBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Collects the steps of the next transaction. It begins only when the batch is complete, so that a rate limit or a slow source does
 * not keep a transaction open, at which the consumers of the target would wait. Not thread-safe.
 */
final class CopyBatch {
    private final Limits limits;
    private final LongSupplier nanoClock;
    private final List<Step> copies = new ArrayList<>();
    /** How far each partition was read, if that is beyond its last copy. */
    private final TreeMap<Integer, Step.Passed> passed = new TreeMap<>();

    private long bytes;
    private long beganNanos;

    /**
     * The size of a batch.
     *
     * @param records the maximum number of records
     * @param bytes the number of bytes at which a batch is full: it stays in memory until its transaction is committed
     * @param nanos the age at which a batch is sent
     */
    record Limits(int records, long bytes, long nanos) {
        private static final int MAX_RECORDS = 5_000;
        private static final long MAX_BYTES = 16L * 1024 * 1024;
        private static final long MAX_NANOS = 1_000_000_000L;

        /** The limits of this process. */
        static Limits ofHeap() {
            return new Limits(MAX_RECORDS, Math.min(MAX_BYTES, PollLimit.bytes(0, 1)), MAX_NANOS);
        }
    }

    CopyBatch(Limits limits, LongSupplier nanoClock) {
        this.limits = limits;
        this.nanoClock = nanoClock;
    }

    /**
     * Adds a record to copy.
     *
     * @param before the number of records before it that were read since the last call for its partition, and are not copied
     */
    void add(ConsumerRecord<byte[], byte[]> record, long before) {
        begin();
        Step.Passed covered = passed.remove(record.partition());
        copies.add(new Step.Copied(record, before + (covered == null ? 0 : covered.records())));
        bytes += RecordBytes.of(record);
    }

    /**
     * Adds how far a partition was read.
     *
     * @param records the number of records that were read since the last call for this partition, and are not copied
     */
    void passed(int partition, long next, long records) {
        begin();
        passed.merge(
                partition,
                new Step.Passed(partition, next, records),
                (before, now) -> new Step.Passed(partition, now.next(), before.records() + now.records()));
    }

    private void begin() {
        if (isEmpty()) {
            beganNanos = nanoClock.getAsLong();
        }
    }

    boolean isEmpty() {
        return copies.isEmpty() && passed.isEmpty();
    }

    /** True if the batch is to be sent. */
    boolean isDue() {
        return copies.size() >= limits.records
                || bytes >= limits.bytes
                || (!isEmpty() && nanoClock.getAsLong() - beganNanos >= limits.nanos);
    }

    /** The steps of the batch, which is empty after that. */
    List<Step> take() {
        List<Step> steps = new ArrayList<>(copies);
        steps.addAll(passed.values());
        copies.clear();
        passed.clear();
        bytes = 0;
        return steps;
    }
}
