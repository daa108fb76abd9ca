package io.sidetrack.writer.deadletter;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.DeadLetter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * The dead-letter topic. Sends on an executor of its own, because a producer blocks while it looks for a topic's leader,
 * and neither a stream thread nor a completion thread of the table can wait for that. Thread-safe.
 */
public final class DeadLetterTopic implements AutoCloseable {
    private static final String PROBLEM = "dead letters cannot be sent";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final String table;
    private final Executor executor;
    private final ProblemLog problems;

    /** @param producer with {@code acks=all}; closed with this */
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
     * @return completes with true when the topic has acknowledged it, with false if it is to be sent again
     */
    public CompletableFuture<Boolean> send(DeadLetter deadLetter) {
        CompletableFuture<Boolean> acknowledged = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                var unused = producer.send(DeadLetterRecord.of(topic, table, deadLetter), (metadata, failure) -> {
                    if (failure != null) {
                        report(deadLetter, failure);
                    } else {
                        sent(deadLetter);
                    }
                    acknowledged.complete(failure == null);
                });
            } catch (RuntimeException e) {
                report(deadLetter, e);
                acknowledged.complete(false);
            }
        });
        return acknowledged;
    }

    private void sent(DeadLetter deadLetter) {
        problems.over(PROBLEM);
        problems.report(
                "dead letters of reason " + deadLetter.rejection().reason().code(),
                "%s: sent to %s, reason %s"
                        .formatted(
                                deadLetter.origin().place(),
                                topic,
                                deadLetter.rejection().reason().code()));
    }

    private void report(DeadLetter deadLetter, Exception failure) {
        String remedy = failure instanceof RecordTooLargeException
                ? "raise max.message.bytes of the topic, then restart"
                : "see that the topic exists and may be written to";
        problems.report(
                PROBLEM,
                "%s: not accepted by %s (%s); its offset is not committed, trying again: %s"
                        .formatted(
                                deadLetter.origin().place(),
                                topic,
                                failure.getClass().getSimpleName(),
                                remedy));
    }

    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
    }
}
