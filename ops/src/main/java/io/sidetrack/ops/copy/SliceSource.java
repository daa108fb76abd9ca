package io.sidetrack.ops.copy;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A slice that is read from its beginning to its end. */
public interface SliceSource {
    /** Receives what is read, in the order of each partition. */
    interface Visitor {
        /** A committed record. */
        void record(ConsumerRecord<byte[], byte[]> record);

        /**
         * All records before an offset have been passed to {@link #record}. Offsets before it that were not passed have no
         * committed record.
         */
        void passed(int partition, long next);
    }

    /** True if all of the slice was read. */
    boolean isDone();

    /** Reads the next records, or waits for them for a moment. */
    void poll(Visitor to);
}
