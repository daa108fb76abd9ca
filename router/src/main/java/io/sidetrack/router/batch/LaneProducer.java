package io.sidetrack.router.batch;

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
 * The producer of a stream thread. The processors of that thread also use it beside Streams, in the transaction that Streams
 * has begun and will commit or abort.
 *
 * <p>A send that fails belongs to the whole thread, whichever task sent it and whichever task is at work when it becomes
 * known. It is reported as a {@link TaskMigratedException}, from the next send or flush: Streams then closes every task of
 * the thread without a commit, and all of them start again from their committed offsets. A {@code TaskCorruptedException}
 * would close only the tasks that it names and would commit the others, even past the batch that one of them has taken from
 * its queue and not finished. Failures of Streams' own sends are kept from Streams, which would report them in that way.
 *
 * <p>A failure ends when the task that sent the record is closed. A report does not end it, because Streams swallows what a
 * flush throws while it closes a task.
 */
final class LaneProducer extends KafkaProducer<byte[], byte[]> {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final LaneProducers producers;
    private final boolean transactional;
    private volatile boolean open;

    /** The first failure of each sender that is not closed, in the order in which they failed. Guarded by itself. */
    private final Map<LaneProducers.Sending, Failure> failures = new LinkedHashMap<>();
    /** Whether there is a failure; read for each record. */
    private volatile boolean failed;
    /**
     * Whether a record of this transaction has failed; guarded by {@link #failures}. The client then fails everything that
     * it has not sent yet with the same exception, so that only the first failure is about its own record.
     */
    private boolean broken;
    /** Who has sent records in this transaction; used by the stream thread only. */
    private final Set<TransactionEnd> senders = Collections.newSetFromMap(new IdentityHashMap<>());

    /** @param forSize whether a topic has rejected a record that is sent in another way next time */
    private record Failure(Exception thrown, boolean forSize) {}

    LaneProducer(Map<String, Object> config, LaneProducers producers) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.producers = producers;
        this.transactional = config.containsKey("transactional.id");
    }

    /** True if a record that is sent now is part of what Streams commits next. */
    boolean isOpen() {
        return open;
    }

    /** Sends a record beside Streams. */
    void sendDirectly(ProducerRecord<byte[], byte[]> record, SentRecord sent) {
        var unused = super.send(record, sent.by(this));
    }

    /** Called by Streams only, on the stream thread that owns this producer. */
    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (!open && !transactional) {
            enter();
        }
        SentRecord sent = producers.forwarding().by(this);
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
                // With this cause, Streams closes the thread's tasks and reads again; with any other, the thread ends.
                throw new KafkaException("a record before this one has failed", new InvalidProducerEpochException(""));
            }
            throw e;
        }
    }

    /** Notifies a sender when the transaction ends; without transactions, of a commit at once. */
    void notifyAtEnd(TransactionEnd sender) {
        if (transactional) {
            senders.add(sender);
        } else {
            sender.committed();
        }
    }

    @Override
    public void beginTransaction() {
        super.beginTransaction();
        enter();
    }

    private void enter() {
        producers.use(this);
        open = true;
    }

    @Override
    public void commitTransaction() {
        open = false;
        try {
            super.commitTransaction();
        } catch (KafkaException e) {
            throw endFailed(e);
        }
        senders.forEach(TransactionEnd::committed);
        senders.clear();
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
     * What to throw when the end of a transaction fails. Streams closes the tasks and reads again only after the exceptions
     * that it knows; after any other that a new producer would put right, the thread would end.
     */
    private KafkaException endFailed(KafkaException failure) {
        producers.endFailed();
        if (failure instanceof TimeoutException || !(report(failure) instanceof TaskMigratedException)) {
            return failure;
        }
        InvalidProducerEpochException known = new InvalidProducerEpochException(failure.getMessage());
        known.initCause(failure);
        return known;
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
            senders.forEach(TransactionEnd::aborted);
            senders.clear();
        }
    }

    /** Waits no longer than {@link #CLOSE_LIMIT}: the thread must poll again, even if the brokers do not answer. */
    @Override
    public void close() {
        open = false;
        super.close(CLOSE_LIMIT);
    }

    @Override
    public void close(Duration timeout) {
        open = false;
        super.close(timeout);
    }

    /**
     * Waits until every record is acknowledged or has failed; not at all if one has failed already.
     *
     * @throws TaskMigratedException if a record did not arrive and must be sent again
     * @throws StreamsException if a record was refused for good
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

    /** As {@link #flush}, without waiting. */
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
        return first.forSize
                ? new TaskMigratedException(
                        "a topic has rejected a record for its size: every task of this thread starts again from its"
                                + " committed offset",
                        first.thrown)
                : report(first.thrown);
    }

    /** A record did not arrive; called by the producer's own thread, or on the stream thread. */
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
                failures.putIfAbsent(record.sender(), new Failure(thrown, next.isPresent()));
                failed = true;
            }
        }
    }

    /** Ends a sender's failures; its later ones are ignored. */
    void forget(LaneProducers.Sending closed) {
        synchronized (failures) {
            failures.remove(closed);
            failed = !failures.isEmpty();
        }
    }

    /** What to throw after a failure: all that a new attempt, or a new producer, can put right is attempted again. */
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
                    "a record has not arrived: every task of this thread starts again from its committed offset",
                    failure);
        }
        return new StreamsException("a record was not accepted", failure);
    }
}
