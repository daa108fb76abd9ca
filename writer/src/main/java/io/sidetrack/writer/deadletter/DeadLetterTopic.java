package io.sidetrack.writer.deadletter;

import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.deadletter.NextDeadLetterForm;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.writer.buffer.DeadLetter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The dead-letter topic. Sends on its own executor, because a producer blocks while it fetches a topic's metadata, and neither
 * a stream thread nor a completion thread of the table may wait for that. A dead letter that the topic rejects is sent again
 * at once in a smaller {@link DeadLetterForm}, so that no record can stop its lane. Thread-safe.
 */
public final class DeadLetterTopic implements AutoCloseable {
    private static final String PROBLEM = "dead letters cannot be sent";
    private static final String REDUCED = "dead letters are reduced";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final String table;
    private final Executor executor;
    private final ProblemLog problems;

    /**
     * One attempt to send a dead letter.
     *
     * @param rejection the reason why the topic rejected the whole dead letter; empty in the first attempt
     * @param acknowledged completed when the topic has accepted a form, or when no smaller form can help
     */
    private record Attempt(
            DeadLetter deadLetter,
            DeadLetterForm form,
            Optional<Throwable> rejection,
            CompletableFuture<Boolean> acknowledged) {}

    /** @param producer a producer with {@code acks=all}; closed with this object */
    public DeadLetterTopic(
            Producer<byte[], byte[]> producer, String topic, String table, Executor executor, ProblemLog problems) {
        this.producer = producer;
        this.topic = topic;
        this.table = table;
        this.executor = executor;
        this.problems = problems;
    }

    /**
     * Sends a dead letter.
     *
     * @return completes with true when the topic has acknowledged the dead letter, with false if it must be sent again
     */
    public CompletableFuture<Boolean> send(DeadLetter deadLetter) {
        CompletableFuture<Boolean> acknowledged = new CompletableFuture<>();
        send(new Attempt(deadLetter, DeadLetterForm.WHOLE, Optional.empty(), acknowledged));
        return acknowledged;
    }

    private void send(Attempt attempt) {
        try {
            // Rejections arrive on the producer's own thread, which must not wait for the producer.
            executor.execute(() -> sendNow(attempt));
        } catch (RejectedExecutionException e) {
            failed(attempt, e);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // A dead letter without an outcome would block its partition forever.
    private void sendNow(Attempt attempt) {
        try {
            ProducerRecord<byte[], byte[]> record = DeadLetterRecord.of(topic, table, attempt.deadLetter, attempt.form);
            boolean whole = record.headers().lastHeader(DeadLetterHeaders.REDUCED) == null;
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    accepted(attempt, whole);
                } else {
                    rejected(attempt, failure);
                }
            });
        } catch (Throwable e) {
            rejected(attempt, e);
        }
    }

    private void accepted(Attempt attempt, boolean whole) {
        String code = attempt.deadLetter.rejection().reason().code();
        String position = attempt.deadLetter.source().position();
        problems.over(PROBLEM);
        problems.report("dead letters of reason " + code, "%s: sent to %s, reason %s".formatted(position, topic, code));
        if (!whole) {
            Throwable rejection = attempt.rejection.orElseThrow();
            problems.report(
                    REDUCED,
                    "%s: sent to %s in reduced form, because the whole record was not accepted (%s); `dead-letters replay`"
                                    .formatted(
                                            position,
                                            topic,
                                            rejection.getClass().getSimpleName())
                            + " fetches the rest from the lane while it is retained; for whole dead letters, "
                            + DeadLetterRemedy.forWholeDeadLetters(
                                    rejection,
                                    topic,
                                    attempt.deadLetter.source().heldBytes()));
        }
        attempt.acknowledged.complete(true);
    }

    private void rejected(Attempt attempt, Throwable failure) {
        Optional<DeadLetterForm> next = NextDeadLetterForm.after(
                attempt.form, failure, attempt.deadLetter.source().heldBytes());
        if (next.isPresent()) {
            Optional<Throwable> first = attempt.rejection.or(() -> Optional.of(failure));
            send(new Attempt(attempt.deadLetter, next.get(), first, attempt.acknowledged));
        } else {
            failed(attempt, failure);
        }
    }

    private void failed(Attempt attempt, Throwable failure) {
        problems.report(
                PROBLEM,
                "%s: not accepted by %s (%s); its offset is not committed, and the writer tries again: %s"
                        .formatted(
                                attempt.deadLetter.source().position(),
                                topic,
                                failure.getClass().getSimpleName(),
                                TopicRemedy.of(failure, topic)));
        attempt.acknowledged.complete(false);
    }

    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
    }
}
