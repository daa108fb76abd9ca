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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The parked topic, which has the lane's partitions. The producer is opened for the first record, so a writer that parks nothing
 * has none, and the topic need not exist.
 *
 * <p>No record arrives before an older one of its partition has arrived: nothing is sent behind a record that has failed, and the
 * producer, which has one request in flight, is closed by the failure before it can send the next one. Meanwhile nothing is sent
 * for a second. Whoever reads the topic can therefore tell that a record is a repetition: it is older than one before it. That
 * includes a record that was on its way when this process lost the partition.
 *
 * <p>Sends on its own executor of one thread, because a producer blocks while it fetches a topic's metadata, and neither a stream
 * thread nor a completion thread may wait for that. One thread also keeps the order of a partition's records. Everything else
 * is thread-safe.
 */
public final class ParkedTopic implements AutoCloseable {
    private static final String PROBLEM = "records cannot be parked";
    private static final long REST_NANOS = 1_000_000_000;
    private static final ParkResult PARKED = new ParkResult.Parked();
    private static final ParkResult FAILED = new ParkResult.Failed();

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Names names;
    private final Executor executor;
    private final Permission permission;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;

    /** Null until the first record, and after a failure; guarded by this. */
    private Producer<byte[], byte[]> producer;
    /** The end of the rest after a failure; guarded by this. */
    private long restsUntilNanos = Long.MIN_VALUE;

    private volatile boolean closed;

    /**
     * The names in a parked record.
     *
     * @param topic the parked topic
     * @param reader the writer's consumer group and the present lane, as {@link ParkedBy#reader} names them; empty if the lane may
     *     have been created again, so that its offsets could be taken for repetitions of those before
     */
    public record Names(String topic, Supplier<Optional<String>> reader) {}

    /** Whether records may be sent. */
    public interface Permission {
        /** False while the process may have lost its partitions without knowing it; called on the executor's thread. */
        boolean maySend();
    }

    /**
     * @param producers opens a producer as {@link ParkedProducer} does; closed by this object
     * @param executor runs one task after another
     * @param nanoClock the monotonic clock, in ns
     */
    public ParkedTopic(
            Supplier<Producer<byte[], byte[]>> producers,
            Names names,
            Executor executor,
            Permission permission,
            ProblemLog problems,
            LongSupplier nanoClock) {
        this.producers = producers;
        this.names = names;
        this.executor = executor;
        this.permission = permission;
        this.problems = problems;
        this.nanoClock = nanoClock;
    }

    /** One attempt to send a batch; completes when each record has a result. */
    private static final class Attempt {
        final ParkedBatch batch;
        final CompletableFuture<List<ParkResult>> done = new CompletableFuture<>();
        private final AtomicReferenceArray<ParkResult> results;
        private final AtomicInteger left;
        /** Whether a record has failed: none behind it may arrive before it. */
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
        Producer<byte[], byte[]> open = null;
        int index = 0;
        try {
            if (!isResting() && maySend(attempt)) {
                // The same for the whole batch: another one could send a record whose predecessor the first one drops.
                open = open();
                for (; index < attempt.batch.records().size() && maySend(attempt); index++) {
                    send(attempt, index, open);
                }
            }
        } catch (Throwable e) {
            completed(attempt, index, e, open);
        }
        for (; index < attempt.batch.records().size(); index++) {
            attempt.complete(index, FAILED);
        }
    }

    private boolean maySend(Attempt attempt) {
        return !attempt.failed && !attempt.batch.isAbandoned() && !closed && permission.maySend();
    }

    private void send(Attempt attempt, int index, Producer<byte[], byte[]> open) {
        var unused = open.send(
                record(attempt.batch, index), (metadata, failure) -> completed(attempt, index, failure, open));
    }

    private synchronized boolean isResting() {
        return nanoClock.getAsLong() < restsUntilNanos;
    }

    private Producer<byte[], byte[]> open() {
        synchronized (this) {
            if (producer != null) {
                return producer;
            }
        }
        // Not under the lock: it takes seconds if the brokers do not respond, and a close must not wait for it.
        Producer<byte[], byte[]> opened = producers.get();
        synchronized (this) {
            if (!closed) {
                producer = opened;
                return opened;
            }
        }
        opened.close(Duration.ZERO);
        throw new IllegalStateException("closed");
    }

    /**
     * Closes the producer before it sends anything more, and lets the topic rest.
     *
     * @return false if another failure has already done so
     */
    private boolean discard(Producer<byte[], byte[]> failed) {
        synchronized (this) {
            if (producer != failed) {
                return false;
            }
            producer = null;
            restsUntilNanos = nanoClock.getAsLong() + REST_NANOS;
        }
        if (failed != null) {
            // Not under the lock: the producer completes its records in another thread, which may need it.
            failed.close(Duration.ZERO);
        }
        return true;
    }

    /** The record as it is on the lane, with the lane's timestamp in a header. The topic sets its own. */
    private ProducerRecord<byte[], byte[]> record(ParkedBatch batch, int index) {
        SourceRecord source = batch.records().get(index).source();
        Headers headers = new RecordHeaders();
        for (RecordHeader header : source.headers()) {
            headers.add(header.key(), header.value());
        }
        OriginalTimestamp.addIfAbsent(headers, source.timestampMs());
        names.reader
                .get()
                .ifPresentOrElse(
                        reader -> ParkedBy.addWriter(headers, source.offset(), reader),
                        () -> ParkedBy.WRITER.addTo(headers));
        return new ProducerRecord<>(names.topic, batch.partition(), null, source.key(), source.value(), headers);
    }

    /** @param from the producer that has failed; null if none could be opened */
    private void completed(Attempt attempt, int index, Throwable failure, Producer<byte[], byte[]> from) {
        if (failure == null) {
            problems.over(PROBLEM);
            attempt.complete(index, PARKED);
            return;
        }
        SourceRecord source = attempt.batch.records().get(index).source();
        String cause = failure instanceof ParkedTopicFit.UnfitException unfit
                ? unfit.getMessage()
                : failure.getClass().getSimpleName();
        if (isOfTheRecord(failure, source)) {
            attempt.complete(
                    index,
                    new ParkResult.Refused(
                            "it was to be parked, and %s rejects it (%s)".formatted(names.topic, cause)));
            return;
        }
        attempt.failed = true;
        if (discard(from) && !closed) {
            problems.report(
                    PROBLEM,
                    "%s: not accepted by %s (%s); its offset is not committed, and the writer tries again: %s"
                            .formatted(source.position(), names.topic, cause, remedy(failure)));
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

    private String remedy(Throwable failure) {
        if (failure instanceof ParkedTopicFit.UnfitException unfit) {
            return unfit.remedy();
        }
        return failure instanceof TimeoutException
                ? "check that %s exists, that it has as many partitions as the lane, and that its brokers are up"
                        .formatted(names.topic)
                : TopicRemedy.of(failure, names.topic);
    }

    /** Drops what has not been acknowledged: its offsets are not committed, so it is read again. */
    @Override
    public void close() {
        closed = true;
        Producer<byte[], byte[]> open;
        synchronized (this) {
            open = producer;
        }
        discard(open);
    }
}
