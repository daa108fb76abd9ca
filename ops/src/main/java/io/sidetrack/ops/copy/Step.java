package io.sidetrack.ops.copy;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A step of a run. The steps of a batch are written in one transaction. */
sealed interface Step {
    /**
     * A record is copied.
     *
     * @param before the number of records of its partition that were read between the previous step and this one, and not copied
     */
    record Copied(ConsumerRecord<byte[], byte[]> source, long before) implements Step {}

    /**
     * A record is not copied, because the target rejects it.
     *
     * @param before as in {@link Copied}
     * @param reason for messages
     */
    record Refused(ConsumerRecord<byte[], byte[]> source, long before, String reason) implements Step {}

    /**
     * Offsets are passed whose records are not copied, or that have none.
     *
     * @param next the offset after them
     * @param records the number of records among them
     */
    record Passed(int partition, long next, long records) implements Step {}

    /** The run begins, gets a longer slice, or finishes. */
    record Recorded(CopyRun run) implements Step {}
}
