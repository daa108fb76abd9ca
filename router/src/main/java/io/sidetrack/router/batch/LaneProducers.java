package io.sidetrack.router.batch;

import io.sidetrack.router.placement.PartitionBy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.errors.StreamsException;

/** Creates the clients of Streams, and gives processors access to the producer of their own thread. Thread-safe. */
public final class LaneProducers implements KafkaClientSupplier {
    @SuppressWarnings("ThreadLocalUsage") // One for each Streams client, and a process has only one.
    private final ThreadLocal<ThreadState> ofThread = ThreadLocal.withInitial(ThreadState::new);

    private static final Duration DENIED_WAIT = Duration.ofSeconds(2);

    private final RejectedRecords rejected = new RejectedRecords();
    private final AtomicLong failedEnds = new AtomicLong();
    private final FailureListener listener;
    private final String parkedTopic;
    /** When a record was last not permitted there; empty before. */
    private volatile OptionalLong deniedNanos = OptionalLong.empty();

    /** Receives the reason why a stream thread restarts from its committed offsets. Called by a producer's thread; returns at once. */
    @FunctionalInterface
    public interface FailureListener {
        /** A record of the source, at this partition and offset, did not arrive. */
        void failed(int partition, long offset, Exception reason);
    }

    /**
     * @param parkedTopic the topic for parked records. A missing permission to write it must not end the router, as one for a lane
     *     does: live traffic continues as soon as the permission is granted, or the backfill resumed
     */
    public LaneProducers(String parkedTopic, FailureListener listener) {
        this.parkedTopic = parkedTopic;
        this.listener = listener;
    }

    /** True if a record failed because it may not be parked. It is sent again, but not at once. */
    boolean mayNotPark(Exception failure) {
        boolean denied = failure instanceof TopicAuthorizationException denial
                && denial.unauthorizedTopics().contains(parkedTopic);
        if (denied) {
            deniedNanos = OptionalLong.of(System.nanoTime());
        }
        return denied;
    }

    /** Waits for at most {@link #DENIED_WAIT}: every attempt costs a rebalance. */
    private void awaitPermission(String topic) {
        OptionalLong denied = deniedNanos;
        if (denied.isPresent() && topic.equals(parkedTopic)) {
            LockSupport.parkNanos(DENIED_WAIT.toNanos() - (System.nanoTime() - denied.getAsLong()));
        }
    }

    void failed(SentRecord record, Exception reason) {
        listener.failed(record.partition(), record.offset(), reason);
    }

    void endFailed() {
        failedEnds.incrementAndGet();
    }

    /** How often a flush or a commit has failed. If this grows during a shutdown, the shutdown is not complete. */
    public long failedEnds() {
        return failedEnds.get();
    }

    /** The state of a stream thread; used on that thread only. */
    private static final class ThreadState {
        /** Null until Streams has used it. */
        private LaneProducer producer;
        /** The record that Streams sends next; null before the first one. */
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

    /** Streams creates one for each thread, although the router has nothing to restore. */
    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Unused: the router has no global table. */
    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new LaneProducer(config, this);
    }

    void bindToThread(LaneProducer producer) {
        ofThread.get().producer = producer;
    }

    SizeRejections rejections() {
        return rejected;
    }

    /** The record that Streams is sending on this thread. */
    SentRecord forwarding() {
        SentRecord record = ofThread.get().forwarding;
        if (record == null) {
            throw new IllegalStateException("Streams sends a record that no processor of this thread has forwarded");
        }
        return record;
    }

    /** A sender for one task, which closes it when its processor is closed. Used on the thread of the task. */
    public TaskSender newSender() {
        return new TaskSender();
    }

    /** Sends a task's records without Streams, whenever Streams has a transaction open that they can join. */
    public final class TaskSender implements AutoCloseable {
        private volatile boolean closed;

        private TaskSender() {}

        boolean isClosed() {
            return closed;
        }

        /**
         * Sends a record with its own key, value and headers. Blocks for at most {@code max.block.ms}, and does not block
         * after a failure.
         *
         * @param partitionKey the bytes that determine its partition; empty if its key does
         * @param delivery how it is sent; a rejection for its size leads to the next delivery
         * @return true if it was sent; if false, nothing has happened, and the caller forwards it through Streams, which then
         *     begins the transaction
         * @throws org.apache.kafka.streams.errors.TaskMigratedException if a record of this thread did not arrive, now or
         *     earlier: the caller must let the exception end its step
         * @throws StreamsException if a record of this thread was rejected permanently
         */
        public boolean send(
                String topic,
                Optional<byte[]> partitionKey,
                long timestampMs,
                ConsumerRecord<byte[], byte[]> record,
                Delivery delivery) {
            awaitPermission(topic);
            SentRecord sent = new SentRecord(this, record.partition(), record.offset(), delivery);
            ThreadState thread = ofThread.get();
            LaneProducer current = thread.producer;
            if (current != null) {
                current.check();
            }
            if (current == null || !current.isOpen()) {
                thread.forwarding = sent;
                return false;
            }
            try {
                Integer partition = partitionKey.isEmpty()
                        ? null
                        : PartitionBy.partition(
                                partitionKey.get(), current.partitionsFor(topic).size());
                current.sendDirectly(
                        new ProducerRecord<>(
                                topic, partition, timestampMs, record.key(), record.value(), record.headers()),
                        sent);
                return true;
            } catch (KafkaException e) {
                // An earlier failure may be the cause, and then explains more.
                current.check();
                throw failed(e);
            }
        }

        /** How to send this record of the source, given what topics have rejected when it was read before. */
        public Delivery delivery(ConsumerRecord<byte[], byte[]> record) {
            return rejected.delivery(record.partition(), record.offset());
        }

        /**
         * Waits until every sent record has arrived, so that the next one is not in the same batch.
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

        /** Notifies a listener when the transaction that contains the sent records ends. */
        public void notifyAtEnd(TransactionListener listener) {
            LaneProducer current = ofThread.get().producer;
            if (current == null) {
                listener.committed();
            } else {
                current.notifyAtEnd(listener);
            }
        }

        /** The exception to throw when Streams could not send a record: the step must be repeated from its beginning. */
        public StreamsException failed(KafkaException reason) {
            return LaneProducer.report(reason);
        }

        /** Clears this sender's failures: its task restarts, or moves to another thread or process. */
        @Override
        public void close() {
            closed = true;
            LaneProducer used = ofThread.get().producer;
            if (used != null) {
                used.clearFailures(this);
            }
        }
    }
}
