package io.sidetrack.router.batch;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
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

    LaneProducer(Map<String, Object> config, LaneProducers producers) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.producers = producers;
        this.transactional = config.containsKey("transactional.id");
    }

    /** Whether a record that is sent now is part of what Streams commits next. */
    public boolean isOpen() {
        return open;
    }

    /** The callback of a task's records. */
    Callback callback(TaskId task) {
        return (metadata, thrown) -> {
            if (thrown != null) {
                fail(task, thrown);
            }
        };
    }

    private synchronized void fail(TaskId task, Exception thrown) {
        failed.add(task);
        if (failure == null) {
            failure = thrown;
        }
    }

    /** Sends by Streams come here; they tell whose producer this is. */
    @Override
    public java.util.concurrent.Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (!open && !transactional) {
            enter();
        }
        return super.send(record, callback);
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
    }

    @Override
    public void abortTransaction() {
        open = false;
        try {
            super.abortTransaction();
        } finally {
            // What had failed was part of it, and what was still on its way fails of the abort itself.
            clear();
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
        synchronized (this) {
            if (failure == null) {
                return;
            }
            thrown = failure;
            tasks = Set.copyOf(failed);
            clear();
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
    }
}
