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

/** A letter arrives in the largest form that the topic accepts. */
class DeadLetterTopicTest {
    private static final Executor DIRECT = Runnable::run;

    private final ProblemLog problems =
            new ProblemLog(LoggerFactory.getLogger(DeadLetterTopicTest.class), () -> 0, Duration.ofMinutes(1));
    private final List<Integer> sizes = new ArrayList<>();

    /** What happens to the next records; none is an acceptance. */
    private RuntimeException outage;

    private int limit = Integer.MAX_VALUE;
    private boolean throwing;

    /** Rejects by size, as a broker or, if {@link #throwing}, as a producer that has not even sent the record. */
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

    private final DeadLetterTopic topic = new DeadLetterTopic(producer, "letters", "table", DIRECT, problems);

    private static DeadLetter large() {
        return DeadLetters.letter("key".getBytes(UTF_8), new byte[50_000], List.of());
    }

    private String reduced() {
        List<ProducerRecord<byte[], byte[]>> sent = producer.history();
        return DeadLetters.header(sent.get(sent.size() - 1), "sidetrack-reduced");
    }

    @Test
    void sendsLetterWholeIfItFits() {
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(producer.history()).hasSize(1);
        assertThat(reduced()).isNull();
    }

    @Test
    void sendsLetterThatIsTooLargeInReducedFormAndTheNextOneWholeOnceTheLimitIsRaised() {
        limit = 10_000;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(producer.history()).hasSize(1);
        assertThat(reduced()).isEqualTo("value");
        limit = Integer.MAX_VALUE;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(reduced()).isNull();
    }

    @Test
    void treatsExceptionLikeRejectionByTheBroker() {
        throwing = true;
        limit = 10_000;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(reduced()).isEqualTo("value");
    }

    @Test
    void sendsMinimalLetterIfTheReducedOneIsTooLarge() {
        limit = 1500;
        assertThat(topic.send(large())).isCompletedWithValue(true);
        assertThat(reduced()).isEqualTo("key,value,headers");
    }

    @Test
    void asksForRetryIfNoFormFitsAndStartsWithTheWholeLetterAgain() {
        limit = 100;
        DeadLetter letter = large();
        assertThat(topic.send(letter)).isCompletedWithValue(false);
        assertThat(sizes).hasSize(3);
        limit = Integer.MAX_VALUE;
        assertThat(topic.send(letter)).isCompletedWithValue(true);
        assertThat(sizes).hasSize(4);
        assertThat(reduced()).isNull();
    }

    @Test
    void keepsLetterWholeDuringOutage() {
        outage = new TimeoutException("no leader");
        assertThat(topic.send(large())).isCompletedWithValue(false);
        assertThat(sizes).hasSize(1);
        throwing = true;
        outage = new IllegalStateException("closed");
        assertThat(topic.send(large())).isCompletedWithValue(false);
        assertThat(sizes).hasSize(2);
    }

    @Test
    void asksForRetryIfItsExecutorIsStopped() {
        DeadLetterTopic stopped = new DeadLetterTopic(
                producer,
                "letters",
                "table",
                task -> {
                    throw new RejectedExecutionException("stopped");
                },
                problems);
        assertThat(stopped.send(large())).isCompletedWithValue(false);
        assertThat(sizes).isEmpty();
    }

    @Test
    void doesNotSendOnTheThreadThatReportsRejection() {
        List<Runnable> tasks = new ArrayList<>();
        limit = 10_000;
        DeadLetterTopic queued = new DeadLetterTopic(producer, "letters", "table", tasks::add, problems);
        CompletableFuture<Boolean> sent = queued.send(large());
        tasks.remove(0).run();
        assertThat(sizes).as("the reduced letter waits for the executor").hasSize(1);
        assertThat(sent).isNotDone();
        tasks.remove(0).run();
        assertThat(sent).isCompletedWithValue(true);
    }

    @Test
    void asksForRetryAfterAnErrorInTheProducer() {
        MockProducer<byte[], byte[]> broken =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, Callback callback) {
                        throw new NoClassDefFoundError("compression");
                    }
                };
        assertThat(new DeadLetterTopic(broken, "letters", "table", DIRECT, problems).send(large()))
                .as("a letter without an answer would hold its partition forever")
                .isCompletedWithValue(false);
    }
}
