package io.sidetrack.router.batch;

import io.sidetrack.router.placement.PlacedKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.errors.StreamsException;

/** Gives Streams its clients, and gives a processor the producer of its own thread. Thread-safe. */
public final class LaneProducers implements KafkaClientSupplier {
    @SuppressWarnings("ThreadLocalUsage") // One for each Streams client, of which a process has one.
    private final ThreadLocal<Streaming> ofThread = ThreadLocal.withInitial(Streaming::new);

    private final RejectedRecords rejected = new RejectedRecords();
    private final AtomicLong failedEnds = new AtomicLong();
    private final FailureListener listener;

    /** Receives why a stream thread starts again from its committed offsets. Called by a producer's thread; returns at once. */
    @FunctionalInterface
    public interface FailureListener {
        /** A record of the source, at this partition and offset, did not arrive. */
        void failed(int partition, long offset, Exception reason);
    }

    public LaneProducers(FailureListener listener) {
        this.listener = listener;
    }

    void failed(SentRecord record, Exception reason) {
        listener.failed(record.partition(), record.offset(), reason);
    }

    void endFailed() {
        failedEnds.incrementAndGet();
    }

    /** How often records could not be flushed or committed. If this grows during a stop, the stop leaves work undone. */
    public long failedEnds() {
        return failedEnds.get();
    }

    /** What a stream thread is doing; used on that thread only. */
    private static final class Streaming {
        /** Known once Streams has used it; null until then. */
        private LaneProducer producer;
        /** The record that Streams sends if it sends one now; null until there is one. */
        private SentRecord forwarding;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new BatchConsumer(config);
    }

    /** Streams makes one for each thread, though the router has nothing to restore. */
    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Not used: the router has no global table. */
    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new LaneProducer(config, this);
    }

    void use(LaneProducer producer) {
        ofThread.get().producer = producer;
    }

    SizeRejections rejections() {
        return rejected;
    }

    /** The record that Streams sends on this thread. */
    SentRecord forwarding() {
        SentRecord record = ofThread.get().forwarding;
        if (record == null) {
            throw new IllegalStateException("Streams sends a record that no processor of this thread has forwarded");
        }
        return record;
    }

    /** How one task sends, from the time its processor is opened until it is closed. Used on the thread of the task. */
    public Sending sending() {
        return new Sending();
    }

    /** Sends a task's records beside Streams, whenever a transaction is open that they can be part of. */
    public final class Sending implements AutoCloseable {
        private volatile boolean closed;

        private Sending() {}

        boolean isClosed() {
            return closed;
        }

        /**
         * Sends a record on, with the key, value and headers that it has. Blocks for at most {@code max.block.ms}, and not
         * at all after a failure.
         *
         * @param place what places it; empty for its key
         * @param delivery how it is sent, of which a rejection for its size leads to the next
         * @return whether it was sent; if not, nothing has happened, and the caller forwards it through Streams, which then
         *     begins the transaction
         * @throws org.apache.kafka.streams.errors.TaskMigratedException if a record of this thread did not arrive, now or
         *     earlier: the caller must end its step with it
         * @throws StreamsException if a record of this thread was refused for good
         */
        public boolean send(
                String topic,
                Optional<byte[]> place,
                long timestampMs,
                ConsumerRecord<byte[], byte[]> record,
                Delivery delivery) {
            SentRecord sent = new SentRecord(this, record.partition(), record.offset(), delivery);
            Streaming thread = ofThread.get();
            LaneProducer current = thread.producer;
            if (current != null) {
                current.check();
            }
            if (current == null || !current.isOpen()) {
                thread.forwarding = sent;
                return false;
            }
            try {
                Integer partition = place.isEmpty()
                        ? null
                        : PlacedKey.partition(
                                place.get(), current.partitionsFor(topic).size());
                current.sendDirectly(
                        new ProducerRecord<>(
                                topic, partition, timestampMs, record.key(), record.value(), record.headers()),
                        sent);
                return true;
            } catch (KafkaException e) {
                // Perhaps because a record before this one has failed, which explains more.
                current.check();
                throw failed(e);
            }
        }

        /** How to send this record of the source, after what topics have rejected when it was read before. */
        public Delivery delivery(ConsumerRecord<byte[], byte[]> record) {
            return rejected.delivery(record.partition(), record.offset());
        }

        /**
         * Waits until everything that was sent has arrived, so that what is sent next is not in the same batch.
         *
         * @throws org.apache.kafka.streams.errors.TaskMigratedException as {@link #send}
         * @throws StreamsException as {@link #send}
         */
        public void flush() {
            LaneProducer current = ofThread.get().producer;
            if (current != null && current.isOpen()) {
                current.flush();
            }
        }

        /** Notifies a sender when the transaction ends that the records are part of which were sent here. */
        public void notifyAtEnd(TransactionEnd sender) {
            LaneProducer current = ofThread.get().producer;
            if (current == null) {
                sender.committed();
            } else {
                current.notifyAtEnd(sender);
            }
        }

        /** What to throw when a record could not be handed over: the step must be done again, from its beginning. */
        public StreamsException failed(KafkaException reason) {
            return LaneProducer.report(reason);
        }

        /** Ends what this sender has failed at: its task starts again, or another thread or process has it. */
        @Override
        public void close() {
            closed = true;
            LaneProducer used = ofThread.get().producer;
            if (used != null) {
                used.forget(this);
            }
        }
    }
}
