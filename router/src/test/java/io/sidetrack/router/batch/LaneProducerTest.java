package io.sidetrack.router.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.router.batch.LaneProducers.TaskSender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a stream thread receives a failed send. There is no broker, so every send fails after {@code max.block.ms}. */
class LaneProducerTest {
    private static final Map<String, Object> UNREACHABLE =
            Map.of("bootstrap.servers", "localhost:1", "max.block.ms", 20);

    private static final Optional<byte[]> BY_KEY = Optional.empty();

    private final List<String> reported = new ArrayList<>();
    private final LaneProducers producers = new LaneProducers(
            "parked",
            (partition, offset, reason) -> reported.add(
                    partition + " " + offset + " " + reason.getClass().getSimpleName()));
    private final LaneProducer producer = new LaneProducer(UNREACHABLE, producers);
    private final TaskSender one = producers.newSender();
    private final TaskSender other = producers.newSender();

    @BeforeEach
    void open() {
        TaskSender first = producers.newSender();
        assertThat(send(first, BY_KEY))
                .as("the first record goes through Streams")
                .isFalse();
        sendAsStreamsDoes(producer);
        first.close();
    }

    @AfterEach
    void close() {
        producer.close();
    }

    private static boolean send(TaskSender sender, Optional<byte[]> partitionKey) {
        return sender.send(
                "lane",
                partitionKey,
                0,
                new ConsumerRecord<>("source", 0, 0, new byte[1], new byte[1]),
                Delivery.FIRST);
    }

    private static void sendAsStreamsDoes(LaneProducer producer) {
        var unused = producer.send(new ProducerRecord<>("lane", new byte[1], new byte[1]), (metadata, thrown) -> {
            throw new AssertionError("a failure must stay hidden from Streams", thrown);
        });
    }

    private double errors() {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("record-error-total")
                        && metric.metricName().group().equals("producer-metrics"))
                .mapToDouble(metric -> (Double) metric.metricValue())
                .sum();
    }

    @Test
    void failureIsThrownUntilTheTaskThatSentTheRecordIsClosed() {
        assertThat(send(one, BY_KEY)).isTrue();
        for (int report = 0; report < 2; report++) {
            assertThatThrownBy(producer::flush).isInstanceOf(TaskMigratedException.class);
            assertThatThrownBy(() -> send(other, BY_KEY)).isInstanceOf(TaskMigratedException.class);
        }
        other.close();
        assertThatThrownBy(producer::flush).isInstanceOf(TaskMigratedException.class);
        one.close();
        assertThatCode(producer::flush).doesNotThrowAnyException();
        assertThat(send(producers.newSender(), BY_KEY)).isTrue();
    }

    @Test
    void failureOfAClosedTaskIsIgnored() {
        one.close();
        new SentRecord(one, 0, 0, Delivery.FIRST).sentBy(producer).onCompletion(null, new TimeoutException("late"));
        assertThatCode(producer::flush).doesNotThrowAnyException();
    }

    @Test
    void failureIsReportedOnceAndCountsAsAFailedEnd() {
        reported.clear();
        assertThat(send(one, BY_KEY)).isTrue();
        assertThatThrownBy(() -> send(one, BY_KEY)).isInstanceOf(TaskMigratedException.class);
        assertThat(producers.failedEnds()).isZero();
        assertThatThrownBy(producer::flush).isInstanceOf(TaskMigratedException.class);
        assertThat(producers.failedEnds()).isEqualTo(1);
        assertThat(reported).containsExactly("0 0 TimeoutException");
    }

    @Test
    void recordRejectedForItsSizeIsADeadLetterWhenReadAgain() {
        ConsumerRecord<byte[], byte[]> large = new ConsumerRecord<>("source", 3, 7, new byte[1], new byte[1]);
        assertThat(one.delivery(large)).isEqualTo(Delivery.FIRST);
        reject(one.delivery(large), new RecordTooLargeException("large"));
        assertThat(one.delivery(large).deadLetter()).contains(DeadLetterForm.WHOLE);
        assertThatThrownBy(producer::flush).isInstanceOf(TaskMigratedException.class);
    }

    @Test
    void recordInATooLargeBatchIsSentAloneBeforeItIsADeadLetter() {
        ConsumerRecord<byte[], byte[]> large = new ConsumerRecord<>("source", 3, 7, new byte[1], new byte[1]);
        reject(one.delivery(large), new RecordBatchTooLargeException("many"));
        assertThat(one.delivery(large)).isEqualTo(new Delivery(Optional.empty(), true));
        assertThatThrownBy(producer::flush).isInstanceOf(TaskMigratedException.class);
        reject(one.delivery(large), new RecordBatchTooLargeException("one"));
        assertThat(one.delivery(large).deadLetter()).contains(DeadLetterForm.WHOLE);
    }

    @Test
    void rejectedDeadLetterIsReducedWhenReadAgain() {
        ConsumerRecord<byte[], byte[]> large = new ConsumerRecord<>("source", 3, 7, new byte[1], new byte[1]);
        reject(new Delivery(Optional.of(DeadLetterForm.WHOLE), false), new RecordTooLargeException("large"));
        assertThat(one.delivery(large).deadLetter()).contains(DeadLetterForm.REDUCED);
        assertThatThrownBy(producer::flush).isInstanceOf(TaskMigratedException.class);
        reject(one.delivery(large), new InvalidRecordException("no key"));
        assertThat(one.delivery(large).deadLetter()).contains(DeadLetterForm.MINIMAL);
        reject(Delivery.FIRST, new RecordTooLargeException("a late response"));
        assertThat(one.delivery(large).deadLetter()).contains(DeadLetterForm.MINIMAL);
    }

    private void reject(Delivery delivery, Exception rejection) {
        new SentRecord(one, 3, 7, delivery).sentBy(producer).onCompletion(null, rejection);
    }

    @Test
    void rejectionOfTheSmallestDeadLetterEndsTheThread() {
        reject(new Delivery(Optional.of(DeadLetterForm.MINIMAL), true), new RecordTooLargeException("large"));
        assertThatThrownBy(producer::flush)
                .isInstanceOf(StreamsException.class)
                .isNotInstanceOf(TaskMigratedException.class);
    }

    @Test
    void failedSendByStreamsIsThrownInTheSameWay() {
        // Only this sender has forwarded, so the record that Streams sends is attributed to it.
        LaneProducers fresh = new LaneProducers("parked", (partition, offset, reason) -> {});
        try (LaneProducer first = new LaneProducer(UNREACHABLE, fresh)) {
            TaskSender forwarding = fresh.newSender();
            assertThat(send(forwarding, BY_KEY)).isFalse();
            sendAsStreamsDoes(first);
            assertThatThrownBy(first::flush)
                    .isInstanceOf(TaskMigratedException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            forwarding.close();
            assertThatCode(first::flush).doesNotThrowAnyException();
        }
    }

    @Test
    void onlyTheFirstFailedSendBlocks() {
        double before = errors();
        assertThat(send(one, BY_KEY)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> send(one, BY_KEY)).isInstanceOf(TaskMigratedException.class);
        }
        assertThat(errors() - before).as("attempted sends").isEqualTo(1);
    }

    @Test
    void laneWithUnknownPartitionsEndsTheStep() {
        assertThatThrownBy(() -> send(one, Optional.of(new byte[1]))).isInstanceOf(TaskMigratedException.class);
    }

    @Test
    void onlyFailuresThatANewAttemptCanSolveAreRetried() {
        for (Exception again : new Exception[] {
            new TimeoutException(),
            new ProducerFencedException("x"),
            new InvalidProducerEpochException("x"),
            new KafkaException(new ProducerFencedException("x")),
            new KafkaException("in an error state", new TransactionAbortableException("x")),
            new TransactionAbortedException()
        }) {
            assertThat(LaneProducer.report(again)).isInstanceOf(TaskMigratedException.class);
        }
        for (Exception refused :
                new Exception[] {new RecordTooLargeException(), new TopicAuthorizationException("x")}) {
            assertThat(LaneProducer.report(refused))
                    .isInstanceOf(StreamsException.class)
                    .isNotInstanceOf(TaskMigratedException.class)
                    .hasCause(refused);
        }
    }

    @Test
    void missingPermissionToParkIsNotFinal() {
        new SentRecord(one, 0, 0, Delivery.FIRST)
                .sentBy(producer)
                .onCompletion(null, new TopicAuthorizationException(Set.of("parked")));
        assertThatThrownBy(producer::flush).isInstanceOf(TaskMigratedException.class);
        one.close();
        new SentRecord(other, 0, 0, Delivery.FIRST)
                .sentBy(producer)
                .onCompletion(null, new TopicAuthorizationException(Set.of("lane")));
        assertThatThrownBy(producer::flush)
                .isInstanceOf(StreamsException.class)
                .isNotInstanceOf(TaskMigratedException.class);
    }

    @Test
    void closingTheProducerAbortsItsTransaction() {
        Map<String, Object> transactional = new HashMap<>(UNREACHABLE);
        transactional.put("transactional.id", "t");
        List<String> ends = new ArrayList<>();
        LaneProducer closed = new LaneProducer(transactional, producers);
        closed.notifyAtEnd(new TransactionListener() {
            @Override
            public void committed() {
                ends.add("committed");
            }

            @Override
            public void aborted() {
                ends.add("aborted");
            }
        });
        closed.close();
        assertThat(ends).containsExactly("aborted");
    }
}
