package io.sidetrack.router.batch;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A record of the source on its way to a lane or to the dead letters; receives the result of its send. */
final class SentRecord implements Callback {
    private final LaneProducers.Sending sender;
    private final int partition;
    private final long offset;
    private final Delivery delivery;
    /** Known when the producer takes the record. */
    private LaneProducer producer;

    /** @param delivery how it is sent */
    SentRecord(LaneProducers.Sending sender, int partition, long offset, Delivery delivery) {
        this.sender = sender;
        this.partition = partition;
        this.offset = offset;
        this.delivery = delivery;
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

    Delivery delivery() {
        return delivery;
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
