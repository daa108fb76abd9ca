package io.sidetrack.router.batch;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.TaskId;

/**
 * The producer of a stream thread, which a processor of that thread may use beside Streams, in the transaction that Streams
 * has begun and will commit or abort. What goes wrong with such a record is told to Streams as its own record collector
 * would tell it: before the commit, so that no offset of a record that did not arrive is committed.
 */
public final class LaneProducer extends KafkaProducer<byte[], byte[]> {
    private final LaneProducers producers;
    private final boolean transactional;
    private volatile boolean open;

    /** Guarded by this. */
    private Exception failure;
    /** Whose records have failed; guarded by this. */
    private final Set<TaskId> failed = new HashSet<>();
    /** Whether {@link #failure} is a lane's rejection of a record for its size; guarded by this. */
    private boolean rejected;
    /**
     * Whether a record of this transaction has failed; guarded by this. The client then fails everything that it has not
     * sent yet with the same exception, so that only the first failure is about its own record.
     */
    private boolean broken;
    /** Who has sent records in this transaction; used by the stream thread only. */
    private final Set<TransactionEnd> senders = Collections.newSetFromMap(new IdentityHashMap<>());

    LaneProducer(Map<String, Object> config, LaneProducers producers) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.producers = producers;
        this.transactional = config.containsKey("transactional.id");
    }

    /** Whether a record that is sent now is part of what Streams commits next. */
    public boolean isOpen() {
        return open;
    }

    /** Sends a record beside Streams; {@link #check} reports what goes wrong with it. */
    void send(ProducerRecord<byte[], byte[]> record, Origin origin) {
        var unused = super.send(record, (metadata, thrown) -> {
            if (thrown != null) {
                fail(origin, thrown);
            }
        });
    }

    private synchronized void fail(Origin origin, Exception thrown) {
        boolean bySize = thrown instanceof RecordTooLargeException && origin.toLane();
        if (bySize && !broken) {
            producers.rejections().rejected(origin.partition(), origin.offset());
        }
        broken |= transactional;
        failed.add(origin.task());
        if (failure == null) {
            failure = thrown;
            rejected = bySize;
        }
    }

    /** Sends by Streams come here; they tell whose producer this is. */
    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (!open && !transactional) {
            enter();
        }
        Origin origin = producers.forwarded();
        try {
            return super.send(record, origin == null ? callback : withoutRejection(origin, callback));
        } catch (KafkaException e) {
            if (isRejected()) {
                // Streams takes this cause for a reason to give the tasks up and read again, which is what is to be
                // done.
                throw new KafkaException(
                        "a record before this one was rejected for its size", new InvalidProducerEpochException(""));
            }
            throw e;
        }
    }

    /** A callback that hides from Streams what {@link #check} reports: Streams would stop the thread. */
    private Callback withoutRejection(Origin origin, Callback callback) {
        return (metadata, thrown) -> {
            if (thrown instanceof RecordTooLargeException && (origin.toLane() || isRejected())) {
                fail(origin, thrown);
                // Streams ignores this one, because it only ever follows another failure.
                callback.onCompletion(metadata, new TransactionAbortedException(thrown.getMessage()));
            } else {
                callback.onCompletion(metadata, thrown);
            }
        };
    }

    private synchronized boolean isRejected() {
        return rejected;
    }

    /** Notifies a sender when the transaction ends; without transactions, at once of a commit. */
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
        super.commitTransaction();
        senders.forEach(TransactionEnd::committed);
        senders.clear();
    }

    @Override
    public void abortTransaction() {
        open = false;
        try {
            super.abortTransaction();
        } finally {
            // What had failed was part of it, and what was still on its way fails of the abort itself.
            clear();
            senders.forEach(TransactionEnd::aborted);
            senders.clear();
        }
    }

    @Override
    public void close() {
        open = false;
        super.close();
    }

    @Override
    public void close(Duration timeout) {
        open = false;
        super.close(timeout);
    }

    /** @throws StreamsException of the kind that tells Streams what to do, if a record did not arrive */
    @Override
    public void flush() {
        super.flush();
        check();
    }

    /** As {@link #flush}, without waiting. */
    void check() {
        Exception thrown;
        Set<TaskId> tasks;
        boolean bySize;
        synchronized (this) {
            if (failure == null) {
                return;
            }
            thrown = failure;
            tasks = Set.copyOf(failed);
            bySize = rejected;
            failure = null;
            failed.clear();
            // With transactions it is still the same broken one until it is aborted.
            rejected &= transactional;
        }
        if (bySize) {
            // Not a corrupted task: Streams would commit the thread's other tasks, which share the broken transaction.
            throw new TaskMigratedException(
                    "a lane has rejected a record for its size: reading again from the last commit", thrown);
        }
        if (thrown instanceof ProducerFencedException
                || thrown instanceof InvalidPidMappingException
                || thrown instanceof InvalidProducerEpochException
                || thrown instanceof OutOfOrderSequenceException) {
            throw new TaskMigratedException("the producer of this thread was fenced", thrown);
        }
        if (thrown instanceof RetriableException) {
            throw new TaskCorruptedException(tasks);
        }
        throw new StreamsException("a record was not accepted", thrown);
    }

    private synchronized void clear() {
        failure = null;
        failed.clear();
        rejected = false;
        broken = false;
    }
}
