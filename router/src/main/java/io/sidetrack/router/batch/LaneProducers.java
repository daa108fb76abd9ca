package io.sidetrack.router.batch;

import io.sidetrack.router.place.PlacedKey;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/** Gives Streams its clients, and a processor the producer of its own thread. Thread-safe. */
public final class LaneProducers extends DefaultKafkaClientSupplier {
    @SuppressWarnings("ThreadLocalUsage") // One for each Streams client, of which a process has one.
    private final ThreadLocal<LaneProducer> ofThread = new ThreadLocal<>();

    /** What a processor is about to send through Streams, until the producer receives it. */
    @SuppressWarnings("ThreadLocalUsage") // As above.
    private final ThreadLocal<Origin> forwarded = new ThreadLocal<>();

    private final RejectedRecords rejected = new RejectedRecords();

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new BatchConsumer(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new LaneProducer(config, this);
    }

    void use(LaneProducer producer) {
        ofThread.set(producer);
    }

    SizeRejections rejections() {
        return rejected;
    }

    /** The origin of the record that this thread is sending through Streams; null for one that no processor has sent. */
    Origin forwarded() {
        Origin origin = forwarded.get();
        forwarded.remove();
        return origin;
    }

    /** How one task sends; made once, used on its thread. */
    public Sending sending(TaskId task) {
        return new Sending(task);
    }

    /** Sends a task's records beside Streams, if that can be done just now. */
    public final class Sending {
        private final TaskId task;
        private LaneProducer producer;

        private Sending(TaskId task) {
            this.task = task;
        }

        /**
         * Sends a record on, with the key, value and headers that it has.
         *
         * @param place what places it; empty for its key
         * @param toLane whether it can go to the dead letters instead, if it is rejected for its size
         * @return whether it was sent; if not, nothing has happened, and it is to be sent through Streams, which then begins
         *     the transaction, or says what is wrong with the producer
         */
        public boolean send(
                String topic,
                Optional<byte[]> place,
                long timestampMs,
                ConsumerRecord<byte[], byte[]> record,
                boolean toLane) {
            Origin origin = new Origin(task, record.partition(), record.offset(), toLane);
            LaneProducer current = ofThread.get();
            if (current == null || !current.isOpen()) {
                forwarded.set(origin);
                return false;
            }
            producer = current;
            try {
                Integer partition = place.isEmpty()
                        ? null
                        : PlacedKey.partition(
                                place.get(), current.partitionsFor(topic).size());
                current.send(
                        new ProducerRecord<>(
                                topic, partition, timestampMs, record.key(), record.value(), record.headers()),
                        origin);
                return true;
            } catch (KafkaException e) {
                // Perhaps because a record before this one has failed, which says more.
                current.check();
                forwarded.set(origin);
                return false;
            }
        }

        /** Whether a lane has rejected this record of the source for its size, when it was read before. */
        public boolean wasRejected(ConsumerRecord<byte[], byte[]> record) {
            return rejected.contains(record.partition(), record.offset());
        }

        /** Notifies a sender when the transaction ends that the records are part of which were sent here. */
        public void notifyAtEnd(TransactionEnd sender) {
            LaneProducer current = ofThread.get();
            if (current == null) {
                sender.committed();
            } else {
                current.notifyAtEnd(sender);
            }
        }

        /** Tells what has gone wrong with records that were sent here, as {@link LaneProducer#flush} would. */
        public void check() {
            Optional.ofNullable(producer).ifPresent(LaneProducer::check);
        }
    }
}
