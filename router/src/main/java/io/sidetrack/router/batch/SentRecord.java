package io.sidetrack.router.batch;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A record of the source on its way to a lane or to the dead letters; receives the result of its send. */
final class SentRecord implements Callback {
    private final LaneProducers.Sending sender;
    private final int partition;
    private final long offset;
    private final boolean toLane;
    /** Known when the producer takes the record. */
    private LaneProducer producer;

    /** @param toLane false for a dead letter, which goes nowhere else if its topic rejects it */
    SentRecord(LaneProducers.Sending sender, int partition, long offset, boolean toLane) {
        this.sender = sender;
        this.partition = partition;
        this.offset = offset;
        this.toLane = toLane;
    }

    LaneProducers.Sending sender() {
        return sender;
    }

    /** The partition of the source. */
    int partition() {
        return partition;
    }

    /** The offset in the source. */
    long offset() {
        return offset;
    }

    boolean isToLane() {
        return toLane;
    }

    SentRecord by(LaneProducer sending) {
        producer = sending;
        return this;
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception thrown) {
        if (thrown != null) {
            producer.fail(this, thrown);
        }
    }
}
