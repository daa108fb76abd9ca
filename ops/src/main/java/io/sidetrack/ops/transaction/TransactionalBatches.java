package io.sidetrack.ops.transaction;

import io.sidetrack.common.transaction.TransactionFailure;
import io.sidetrack.ops.OpsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownServerException;

/**
 * Sends batches of items, each batch with all its records in one transaction, so that all of them are committed or none is.
 *
 * <p>A rejected record fails the whole transaction, and every other record that the producer still holds, with the same
 * exception. The batch is therefore aborted and divided until the rejected item is alone in its transaction:
 *
 * <pre>
 *   send(batch) ── committed ──▶ done
 *      └── rejected ──▶ abort ── one item ──▶ rejected
 *                         └── more ──▶ send(first half), send(second half)
 * </pre>
 *
 * <p>A broker answers with an unknown error whatever unexpected happens to it, so that such an error may concern the item or the broker.
 * An item that is alone with it is sent again a few times; then the run ends, because rejecting it would reject every item that follows
 * until the broker is well again.
 *
 * <p>Any other failure ends the run, because it would recur for every item. Not thread-safe.
 *
 * @param <T> the type of an item
 */
public final class TransactionalBatches<T> {
    private static final int ATTEMPTS_AFTER_UNKNOWN_ERROR = 4;
    private static final long FIRST_PAUSE_NANOS = 100_000_000;

    private final Producer<byte[], byte[]> producer;
    private final Content<T> content;
    private final LongConsumer pause;

    /** What is sent, and what becomes of it. */
    public interface Content<T> {
        /** The records of a batch, in the order in which they are sent. */
        List<ProducerRecord<byte[], byte[]>> records(List<T> batch);

        /** A batch was committed. */
        void committed(List<T> batch);

        /**
         * An item was rejected, and nothing of it was written.
         *
         * @param reason the failure, described for a line
         */
        void rejected(T item, String reason);

        /**
         * The failure that ends the run.
         *
         * @param batch the batch that was not committed, or whose commit has an unknown result
         * @param meaning {@link TransactionFailure#FENCED} if another run has taken over, so that it continues
         */
        OpsException stopped(List<T> batch, Throwable failure, TransactionFailure meaning);
    }

    /** @param producer a producer with initialized transactions, which stays open */
    public TransactionalBatches(Producer<byte[], byte[]> producer, Content<T> content) {
        this(producer, content, LockSupport::parkNanos);
    }

    /** @param pause waits for a number of ns */
    TransactionalBatches(Producer<byte[], byte[]> producer, Content<T> content, LongConsumer pause) {
        this.producer = producer;
        this.content = content;
        this.pause = pause;
    }

    /**
     * Sends a batch. Returns when all items that are not rejected are committed.
     *
     * @throws OpsException if the run cannot continue; earlier commits stay
     */
    public void send(List<T> batch) {
        Optional<Throwable> rejection = attempt(batch);
        if (rejection.isEmpty()) {
            content.committed(batch);
        } else if (batch.size() == 1) {
            alone(batch, rejection.get());
        } else {
            int half = batch.size() / 2;
            send(batch.subList(0, half));
            send(batch.subList(half, batch.size()));
        }
    }

    /** Ends the story of an item whose transaction contained nothing else, and was aborted. */
    private void alone(List<T> item, Throwable failure) {
        Optional<Throwable> rejection = Optional.of(failure);
        long nanos = FIRST_PAUSE_NANOS;
        for (int i = 0; i < ATTEMPTS_AFTER_UNKNOWN_ERROR && isUnknown(rejection); i++) {
            pause.accept(nanos);
            nanos *= 2;
            rejection = attempt(item);
        }
        if (rejection.isEmpty()) {
            content.committed(item);
        } else if (isUnknown(rejection)) {
            throw content.stopped(item, rejection.get(), TransactionFailure.OTHER);
        } else {
            content.rejected(item.get(0), TransactionFailures.described(rejection.get()));
        }
    }

    private static boolean isUnknown(Optional<Throwable> rejection) {
        return rejection.filter(UnknownServerException.class::isInstance).isPresent();
    }

    /** @return the failure for which the transaction was aborted; empty if it was committed */
    private Optional<Throwable> attempt(List<T> batch) {
        List<Throwable> failures = new ArrayList<>();
        // Callbacks run on the thread of the producer.
        Callback callback = (metadata, failure) -> {
            if (failure != null) {
                synchronized (failures) {
                    failures.add(failure);
                }
            }
        };
        try {
            producer.beginTransaction();
            sendAll(content.records(batch), callback, failures);
            List<Throwable> all;
            synchronized (failures) {
                all = List.copyOf(failures);
            }
            if (all.isEmpty()) {
                producer.commitTransaction();
                return Optional.empty();
            }
            Optional<Throwable> rejection = TransactionFailures.rejection(all);
            if (rejection.isEmpty()) {
                throw stopped(batch, all.get(0));
            }
            producer.abortTransaction();
            return rejection;
        } catch (KafkaException e) {
            throw stopped(batch, e);
        }
    }

    private void sendAll(List<ProducerRecord<byte[], byte[]>> records, Callback callback, List<Throwable> failures) {
        try {
            for (ProducerRecord<byte[], byte[]> record : records) {
                var unused = producer.send(record, callback);
            }
            producer.flush();
        } catch (KafkaException e) {
            // Thrown by a send after the one that failed: the producer accepts no records until the transaction is
            // aborted.
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    private OpsException stopped(List<T> batch, Throwable failure) {
        Optional<Throwable> abortFailure = abort();
        boolean isFencedOnAbort = abortFailure
                .map(TransactionFailure::of)
                .filter(TransactionFailure.FENCED::equals)
                .isPresent();
        return content.stopped(
                batch, failure, isFencedOnAbort ? TransactionFailure.FENCED : TransactionFailure.of(failure));
    }

    /**
     * Aborts the transaction, because an open one blocks the consumers of the target. This may be the first call that shows that
     * the producer is fenced.
     */
    private Optional<Throwable> abort() {
        try {
            producer.abortTransaction();
            return Optional.empty();
        } catch (KafkaException | IllegalStateException e) {
            // The broker aborts it.
            return Optional.of(e);
        }
    }
}
