package io.sidetrack.writer.parked;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.writer.buffer.ParkResult;
import io.sidetrack.writer.buffer.ParkedBatch;
import io.sidetrack.writer.deadletter.TopicRemedy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The parked topic, which has the lane's partitions. The producer is opened for the first record, so a writer that parks nothing
 * has none, and the topic need not exist.
 *
 * <p>Sends on its own executor of one thread, because a producer blocks while it fetches a topic's metadata, and neither a stream
 * thread nor a completion thread may wait for that. One thread also keeps the order of a partition's records. Everything else
 * is thread-safe.
 */
public final class ParkedTopic implements AutoCloseable {
    private static final String PROBLEM = "records cannot be parked";
    private static final ParkResult PARKED = new ParkResult.Parked();
    private static final ParkResult FAILED = new ParkResult.Failed();

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final String topic;
    private final Executor executor;
    private final BooleanSupplier maySend;
    private final ProblemLog problems;

    /** Null until the first record; written by the executor's thread, and read by the thread that closes. */
    private volatile Producer<byte[], byte[]> producer;
    /** A producer that a failure may have made unusable: it is replaced before the next record. */
    private volatile Producer<byte[], byte[]> broken;

    private volatile boolean closed;

    /**
     * @param producers opens a producer with {@code acks=all} and idempotence; closed with this object
     * @param executor runs one task after another
     * @param maySend false while the process may have lost its partitions without knowing it; on the executor's thread
     */
    public ParkedTopic(
            Supplier<Producer<byte[], byte[]>> producers,
            String topic,
            Executor executor,
            BooleanSupplier maySend,
            ProblemLog problems) {
        this.producers = producers;
        this.topic = topic;
        this.executor = executor;
        this.maySend = maySend;
        this.problems = problems;
    }

    /** One attempt to send a batch; completes when each record has a result. */
    private static final class Attempt {
        final ParkedBatch batch;
        final CompletableFuture<List<ParkResult>> done = new CompletableFuture<>();
        private final AtomicReferenceArray<ParkResult> results;
        private final AtomicInteger left;
        /** Whether a record has failed, so that those behind it would be sent again anyway. */
        volatile boolean failed;

        Attempt(ParkedBatch batch) {
            this.batch = batch;
            this.results = new AtomicReferenceArray<>(batch.records().size());
            this.left = new AtomicInteger(results.length());
        }

        void complete(int index, ParkResult result) {
            if (results.compareAndSet(index, null, result) && left.decrementAndGet() == 0) {
                done.complete(IntStream.range(0, results.length())
                        .mapToObj(results::get)
                        .toList());
            }
        }
    }

    /**
     * Sends a batch.
     *
     * @return completes with a result for each record, on any thread. A record that was passed to the producer has its result
     *     within {@link ParkedProducer#MAX_SEND_TIME}
     */
    public CompletableFuture<List<ParkResult>> send(ParkedBatch batch) {
        Attempt attempt = new Attempt(batch);
        try {
            executor.execute(() -> sendNow(attempt));
        } catch (RejectedExecutionException e) {
            for (int i = 0; i < batch.records().size(); i++) {
                attempt.complete(i, FAILED);
            }
        }
        return attempt.done;
    }

    @SuppressWarnings("CatchingUnchecked") // A record without a result would block its partition forever.
    private void sendNow(Attempt attempt) {
        for (int i = 0; i < attempt.batch.records().size(); i++) {
            if (attempt.failed || attempt.batch.isAbandoned() || closed || !maySend.getAsBoolean()) {
                attempt.complete(i, FAILED);
                continue;
            }
            int index = i;
            try {
                Producer<byte[], byte[]> open = producer();
                var unused = open.send(
                        record(attempt.batch, i), (metadata, failure) -> completed(attempt, index, failure, open));
            } catch (Throwable e) {
                completed(attempt, index, e, producer);
            }
        }
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current != null && current == broken) {
            current.close(Duration.ZERO);
            current = null;
        }
        if (current == null) {
            current = producers.get();
            producer = current;
        }
        return current;
    }

    /** The record as it is on the lane, with the lane's timestamp in a header. The topic sets its own. */
    private ProducerRecord<byte[], byte[]> record(ParkedBatch batch, int index) {
        SourceRecord source = batch.records().get(index).source();
        Headers headers = new RecordHeaders();
        for (RecordHeader header : source.headers()) {
            headers.add(header.key(), header.value());
        }
        OriginalTimestamp.addIfAbsent(headers, source.timestampMs());
        ParkedBy.WRITER.addTo(headers);
        return new ProducerRecord<>(topic, batch.partition(), null, source.key(), source.value(), headers);
    }

    /** @param from the producer that has failed; null if none could be opened */
    private void completed(Attempt attempt, int index, Throwable failure, Producer<byte[], byte[]> from) {
        if (failure == null) {
            problems.over(PROBLEM);
            attempt.complete(index, PARKED);
            return;
        }
        SourceRecord source = attempt.batch.records().get(index).source();
        String cause = failure.getClass().getSimpleName();
        if (isOfTheRecord(failure, source)) {
            attempt.complete(
                    index,
                    new ParkResult.Refused("it was to be parked, and %s rejects it (%s)".formatted(topic, cause)));
            return;
        }
        attempt.failed = true;
        if (mayBreakTheProducer(failure)) {
            broken = from;
        }
        if (!closed) {
            problems.report(
                    PROBLEM,
                    "%s: not accepted by %s (%s); its offset is not committed, and the writer tries again: %s"
                            .formatted(source.position(), topic, cause, remedy(failure)));
        }
        attempt.complete(index, FAILED);
    }

    /**
     * True if the topic rejects this record alone, whenever it is sent. Anything else is an outage: also a topic that is
     * compacted and thus requires keys, because it would lose parked records.
     */
    private static boolean isOfTheRecord(Throwable failure, SourceRecord record) {
        return failure instanceof RecordTooLargeException
                || failure instanceof PolicyViolationException
                // The batch of a smaller record can contain others.
                || (failure instanceof RecordBatchTooLargeException && record.heldBytes() > ParkedProducer.BATCH_BYTES);
    }

    /** After some errors, such as a missing permission for idempotent writes, a producer fails forever. */
    private static boolean mayBreakTheProducer(Throwable failure) {
        return !(failure instanceof RetriableException || failure instanceof TopicAuthorizationException);
    }

    private String remedy(Throwable failure) {
        return failure instanceof TimeoutException
                ? "check that %s exists, that it has as many partitions as the lane, and that its brokers are up"
                        .formatted(topic)
                : TopicRemedy.of(failure, topic);
    }

    /** Drops what has not been acknowledged: its offsets are not committed, so it is read again. */
    @Override
    public void close() {
        closed = true;
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
