package io.sidetrack.router.batch;

import io.sidetrack.router.batch.LaneProducers.TaskSender;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A record of the source on its way to a lane or to the dead-letter topic. Receives the result of its send. */
final class SentRecord implements Callback {
    private final TaskSender sender;
    private final int partition;
    private final long offset;
    private final Delivery delivery;
    /** Null until a producer sends the record. */
    private LaneProducer producer;

    SentRecord(TaskSender sender, int partition, long offset, Delivery delivery) {
        this.sender = sender;
        this.partition = partition;
        this.offset = offset;
        this.delivery = delivery;
    }

    TaskSender sender() {
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

    /** How the record is sent. */
    Delivery delivery() {
        return delivery;
    }

    /** Sets the producer that sends this record. */
    SentRecord sentBy(LaneProducer sendingProducer) {
        producer = sendingProducer;
        return this;
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception thrown) {
        if (thrown != null) {
            producer.fail(this, thrown);
        }
    }
}
