package io.sidetrack.writer.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A dead letter is sent in the largest form that the topic accepts. */
class DeadLetterTopicTest {
    private static final Executor DIRECT = Runnable::run;

    private final ProblemLog problems =
            new ProblemLog(LoggerFactory.getLogger(DeadLetterTopicTest.class), () -> 0, Duration.ofMinutes(1));
    private final List<Integer> sizes = new ArrayList<>();

    /** The failures of the next records; without a failure, a record is accepted. */
    private RuntimeException outage;

    private int limit = Integer.MAX_VALUE;
    private boolean throwing;

    /** Rejects by size, like a broker or, if {@link #throwing}, like a producer that does not send the record. */
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(
                        ProducerRecord<byte[], byte[]> record, Callback callback) {
                    int size = DeadLetters.size(record);
                    sizes.add(size);
                    RuntimeException failure = size > limit ? new RecordTooLargeException(size + " bytes") : outage;
                    if (failure == null) {
                        return super.send(record, callback);
                    }
                    if (throwing) {
                        throw failure;
                    }
                    callback.onCompletion(null, failure);
                    return CompletableFuture.failedFuture(failure);
                }
            };

    private final DeadLetterTopic topic = new DeadLetterTopic(producer, "dead-letters", "table", DIRECT, problems);

    private static DeadLetter large() {
        return DeadLetters.of("key".getBytes(UTF_8), new byte[50_000], List.of());
    }

    private String reduced() {
        List<ProducerRecord<byte[], byte[]>> sent = producer.history();
        return DeadLetters.header(sent.get(sent.size() - 1), "sidetrack-reduced");
    }

    @Test
    void sendsAWholeDeadLetterIfItFits() {
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(producer.history()).hasSize(1);
        assertThat(reduced()).isNull();
    }

    @Test
    void sendsAReducedDeadLetterUntilTheLimitIsRaised() {
        limit = 10_000;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(producer.history()).hasSize(1);
        assertThat(reduced()).isEqualTo("value");
        limit = Integer.MAX_VALUE;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(reduced()).isNull();
    }

    @Test
    void treatsAnExceptionLikeARejectionByTheBroker() {
        throwing = true;
        limit = 10_000;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(reduced()).isEqualTo("value");
    }

    @Test
    void sendsAMinimalDeadLetterIfTheReducedOneIsTooLarge() {
        limit = 1500;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(reduced()).isEqualTo("key,value,headers");
    }

    @Test
    void requestsARetryIfNoFormFitsAndStartsAgainWithTheWholeDeadLetter() {
        limit = 100;
        DeadLetter deadLetter = large();
        assertThat(topic.send(deadLetter)).isCompletedWithValue(false);
        assertThat(sizes).hasSize(3);
        limit = Integer.MAX_VALUE;
        assertThat(topic.send(deadLetter)).isCompletedWithValue(true);
        assertThat(sizes).hasSize(4);
        assertThat(reduced()).isNull();
    }

    @Test
    void sendsTheWholeDeadLetterAfterAnOutage() {
        outage = new TimeoutException("no leader");
        assertThat(topic.send(large())).isCompletedWithValue(false);
        assertThat(sizes).hasSize(1);
        throwing = true;
        outage = new IllegalStateException("closed");
        assertThat(topic.send(large())).isCompletedWithValue(false);
        assertThat(sizes).hasSize(2);
    }

    @Test
    void requestsARetryIfItsExecutorIsStopped() {
        DeadLetterTopic stopped = new DeadLetterTopic(
                producer,
                "dead-letters",
                "table",
                task -> {
                    throw new RejectedExecutionException("stopped");
                },
                problems);
        assertThat(stopped.send(large())).isCompletedWithValue(false);
        assertThat(sizes).isEmpty();
    }

    @Test
    void doesNotSendOnTheThreadThatReportsTheRejection() {
        List<Runnable> tasks = new ArrayList<>();
        limit = 10_000;
        DeadLetterTopic queued = new DeadLetterTopic(producer, "dead-letters", "table", tasks::add, problems);
        CompletableFuture<Boolean> sent = queued.send(large());
        tasks.remove(0).run();
        assertThat(sizes).as("the reduced dead letter waits for the executor").hasSize(1);
        assertThat(sent).isNotDone();
        tasks.remove(0).run();
        assertThat(sent).isCompletedWithValue(true);
    }

    @Test
    void requestsARetryAfterAnErrorInTheProducer() {
        MockProducer<byte[], byte[]> broken =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, Callback callback) {
                        throw new NoClassDefFoundError("compression");
                    }
                };
        assertThat(new DeadLetterTopic(broken, "dead-letters", "table", DIRECT, problems).send(large()))
                .as("a dead letter without an outcome would block its partition forever")
                .isCompletedWithValue(false);
    }
}
