package io.sidetrack.router.batch;

import io.sidetrack.router.batch.LaneProducers.TaskSender;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;

/**
 * The producer of a stream thread. The thread's processors also use it directly, bypassing Streams, within the transaction that
 * Streams has begun and will commit or abort.
 *
 * <p>A failed send concerns the whole thread, whichever task sent the record and whichever task is running when the failure
 * becomes known. The next send or flush throws a {@link TaskMigratedException}: Streams then closes every task of the thread
 * without a commit, and all of them restart from their committed offsets. A {@code TaskCorruptedException} would close only the
 * tasks that it names and would commit the others, even past a batch that one of them has taken from its queue and not
 * finished. This class hides failures of Streams' own sends from Streams, which would throw that exception.
 *
 * <p>A failure ends when the task that sent the record is closed. Throwing does not end it, because Streams swallows what a
 * flush throws while it closes a task.
 */
final class LaneProducer extends KafkaProducer<byte[], byte[]> {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final LaneProducers producers;
    private final boolean transactional;
    private volatile boolean open;

    /** The first failure of each open sender, in the order in which they failed. Guarded by itself. */
    private final Map<TaskSender, Failure> failures = new LinkedHashMap<>();
    /** Whether there is a failure. A separate field, because it is read for each record. */
    private volatile boolean failed;
    /**
     * Whether a record of this transaction has failed; guarded by {@link #failures}. The client then fails every unsent record
     * with the same exception, so only the first failure concerns its own record.
     */
    private boolean broken;
    /** Whether a commit has failed, so that nobody knows whether the transaction was committed; used by the stream thread only. */
    private boolean undecided;
    /** The tasks that have sent records in this transaction; used by the stream thread only. */
    private final Set<TransactionListener> listeners = Collections.newSetFromMap(new IdentityHashMap<>());

    /** @param restarts whether the record will be read again and sent differently, or once that is permitted */
    private record Failure(Exception thrown, boolean restarts) {}

    LaneProducer(Map<String, Object> config, LaneProducers producers) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.producers = producers;
        this.transactional = config.containsKey("transactional.id");
    }

    /** True if Streams will commit a record that is sent now. */
    boolean isOpen() {
        return open;
    }

    /** Sends a record without Streams. */
    void sendDirectly(ProducerRecord<byte[], byte[]> record, SentRecord sent) {
        var unused = super.send(record, sent.sentBy(this));
    }

    /** Called only by Streams, on the stream thread that owns this producer. */
    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (!open && !transactional) {
            enter();
        }
        SentRecord sent = producers.forwarding().sentBy(this);
        try {
            return super.send(record, (metadata, thrown) -> {
                if (thrown != null) {
                    fail(sent, thrown);
                } else if (callback != null) {
                    callback.onCompletion(metadata, null);
                }
            });
        } catch (KafkaException e) {
            if (failed && report() instanceof TaskMigratedException) {
                // With this cause, Streams closes the thread's tasks and reads again. With any other, the thread ends.
                throw new KafkaException("an earlier record has failed", new InvalidProducerEpochException(""));
            }
            throw e;
        }
    }

    /** Notifies a listener when the transaction ends; without transactions, at once. */
    void notifyAtEnd(TransactionListener listener) {
        if (transactional) {
            listeners.add(listener);
        } else {
            listener.committed();
        }
    }

    @Override
    public void beginTransaction() {
        super.beginTransaction();
        undecided = false;
        enter();
    }

    private void enter() {
        producers.bindToThread(this);
        open = true;
    }

    @Override
    public void commitTransaction() {
        open = false;
        try {
            super.commitTransaction();
        } catch (KafkaException e) {
            undecided = true;
            throw endFailed(e);
        }
        listeners.forEach(TransactionListener::committed);
        listeners.clear();
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        try {
            super.sendOffsetsToTransaction(offsets, groupMetadata);
        } catch (KafkaException e) {
            throw endFailed(e);
        }
    }

    /**
     * The exception to throw when the end of a transaction fails. Streams closes the tasks and reads again only after certain
     * exceptions. Any other would end the thread, even if a new producer solved the problem.
     */
    private KafkaException endFailed(KafkaException failure) {
        producers.endFailed();
        if (failure instanceof TimeoutException || !(report(failure) instanceof TaskMigratedException)) {
            return failure;
        }
        InvalidProducerEpochException handled = new InvalidProducerEpochException(failure.getMessage());
        handled.initCause(failure);
        return handled;
    }

    @Override
    public void abortTransaction() {
        open = false;
        try {
            super.abortTransaction();
        } finally {
            synchronized (failures) {
                broken = false;
            }
            listeners.forEach(TransactionListener::aborted);
            listeners.clear();
        }
    }

    /** Waits no longer than {@link #CLOSE_LIMIT}: the thread must poll again, even if the brokers do not respond. */
    @Override
    public void close() {
        open = false;
        super.close(CLOSE_LIMIT);
        abandon();
    }

    @Override
    public void close(Duration timeout) {
        open = false;
        super.close(timeout);
        abandon();
    }

    /** A transaction that was not committed is aborted: by the brokers, if the client has not done it. */
    private void abandon() {
        if (!undecided) {
            listeners.forEach(TransactionListener::aborted);
        }
        listeners.clear();
    }

    /**
     * Waits until every record is acknowledged or has failed. Does not wait if one has failed already.
     *
     * @throws TaskMigratedException if a record did not arrive and must be sent again
     * @throws StreamsException if a record was rejected permanently
     */
    @Override
    public void flush() {
        try {
            check();
            super.flush();
            check();
        } catch (StreamsException e) {
            producers.endFailed();
            throw e;
        }
    }

    /** Throws like {@link #flush}, without waiting. */
    void check() {
        if (failed) {
            throw report();
        }
    }

    private StreamsException report() {
        Failure first;
        synchronized (failures) {
            first = failures.values().iterator().next();
        }
        return first.restarts
                ? new TaskMigratedException(
                        "a topic has rejected a record: every task of this thread restarts from its committed offset",
                        first.thrown)
                : report(first.thrown);
    }

    /** Records that a record did not arrive. Called by the producer's own thread or the stream thread. */
    void fail(SentRecord record, Exception thrown) {
        synchronized (failures) {
            Optional<Delivery> next = record.delivery().after(thrown);
            if (next.isPresent() && !broken) {
                producers.rejections().rejected(record.partition(), record.offset(), next.get());
            }
            broken |= transactional;
            if (!record.sender().isClosed()) {
                if (failures.isEmpty()) {
                    producers.failed(record, thrown);
                }
                failures.putIfAbsent(
                        record.sender(), new Failure(thrown, next.isPresent() || producers.mayNotPark(thrown)));
                failed = true;
            }
        }
    }

    /** Clears the failures of a closed sender. Its later failures are ignored. */
    void clearFailures(TaskSender closed) {
        synchronized (failures) {
            failures.remove(closed);
            failed = !failures.isEmpty();
        }
    }

    /** The exception to throw after a failure. If a new attempt or a new producer can succeed, the tasks restart. */
    static StreamsException report(Exception failure) {
        Throwable reason =
                failure.getClass() == KafkaException.class && failure.getCause() != null ? failure.getCause() : failure;
        if (reason instanceof RetriableException
                || reason instanceof ApplicationRecoverableException
                || reason instanceof OutOfOrderSequenceException
                || reason instanceof InvalidTxnStateException
                || reason instanceof TransactionAbortableException
                || reason instanceof TransactionAbortedException) {
            return new TaskMigratedException(
                    "a record did not arrive: every task of this thread restarts from its committed offset", failure);
        }
        return new StreamsException("a record was rejected", failure);
    }
}
