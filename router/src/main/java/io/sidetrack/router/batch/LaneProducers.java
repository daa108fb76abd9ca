package io.sidetrack.router.batch;

import io.sidetrack.router.place.PlacedKey;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/** Gives Streams its clients, and a processor the producer of its own thread. Thread-safe. */
public final class LaneProducers extends DefaultKafkaClientSupplier {
    @SuppressWarnings("ThreadLocalUsage") // One for each Streams client, of which a process has one.
    private final ThreadLocal<LaneProducer> ofThread = new ThreadLocal<>();

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

    /** How one task sends; made once, used on its thread. */
    public Sending sending(TaskId task) {
        return new Sending(task);
    }

    /** Sends a task's records beside Streams, if that can be done just now. */
    public final class Sending {
        private final TaskId task;
        private LaneProducer producer;
        private Callback callback;

        private Sending(TaskId task) {
            this.task = task;
        }

        /**
         * Sends a record on, with the key, value and headers that it has.
         *
         * @param place what places it; empty for its key
         * @return whether it was sent; if not, nothing has happened, and it is to be sent through Streams, which then begins
         *     the transaction, or says what is wrong with the producer
         */
        public boolean send(
                String topic, Optional<byte[]> place, long timestampMs, ConsumerRecord<byte[], byte[]> record) {
            LaneProducer current = ofThread.get();
            if (current == null || !current.isOpen()) {
                return false;
            }
            if (current != producer) {
                producer = current;
                callback = current.callback(task);
            }
            try {
                Integer partition = place.isEmpty()
                        ? null
                        : PlacedKey.partition(
                                place.get(), current.partitionsFor(topic).size());
                var unused = current.send(
                        new ProducerRecord<>(
                                topic, partition, timestampMs, record.key(), record.value(), record.headers()),
                        callback);
                return true;
            } catch (KafkaException e) {
                return false;
            }
        }

        /** Tells what has gone wrong with records that were sent here, as {@link LaneProducer#flush} would. */
        public void check() {
            Optional.ofNullable(producer).ifPresent(LaneProducer::check);
        }
    }
}
