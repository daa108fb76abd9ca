package io.sidetrack.writer.parked;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.writer.buffer.ParkResult;
import io.sidetrack.writer.buffer.ParkedBatch;
import io.sidetrack.writer.buffer.ParkedBatches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Each record of a batch gets one result, and no record is sent out of order or too late. */
class ParkedTopicTest {
    private static final Executor DIRECT = Runnable::run;
    private static final ParkResult PARKED = new ParkResult.Parked();
    private static final ParkResult FAILED = new ParkResult.Failed();

    private final ProblemLog problems =
            new ProblemLog(LoggerFactory.getLogger(ParkedTopicTest.class), () -> 0, Duration.ofMinutes(1));
    private final List<Scripted> opened = new ArrayList<>();
    private final List<Long> sent = new ArrayList<>();
    /** The failure of the record with offset {@link #failing}. */
    private Throwable failure;

    private long failing = -1;
    private boolean mayPark = true;
    private Optional<String> reader = Optional.of("writers of a table");

    /** Called before each record, while another thread may do anything. */
    private Runnable beforeRecord = () -> {};

    private long nowNanos;

    private final ParkedTopic topic = topic(this::open, DIRECT);

    private ParkedTopic topic(Supplier<Producer<byte[], byte[]>> producers, Executor executor) {
        return new ParkedTopic(
                producers,
                new ParkedTopic.Names("parked", () -> reader),
                executor,
                () -> {
                    beforeRecord.run();
                    return mayPark;
                },
                problems,
                () -> nowNanos);
    }

    /** Acknowledges a record when the test says so, unless it fails at once. */
    private final class Scripted extends MockProducer<byte[], byte[]> {
        Scripted() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            long offset = Long.parseLong(new String(record.value(), UTF_8));
            sent.add(offset);
            if (offset != failing) {
                return super.send(record, callback);
            }
            if (failure instanceof RuntimeException exception) {
                callback.onCompletion(null, exception);
                return CompletableFuture.failedFuture(exception);
            }
            throw (Error) failure;
        }
    }

    private Producer<byte[], byte[]> open() {
        opened.add(new Scripted());
        return producer();
    }

    private Scripted producer() {
        return opened.get(opened.size() - 1);
    }

    private static ParkedBatch batch(long... offsets) {
        return ParkedBatches.of(3, offsets);
    }

    private void send(ParkedBatch batch) {
        var unused = topic.send(batch);
    }

    private void acknowledge(int records) {
        for (int i = 0; i < records; i++) {
            assertThat(producer().completeNext()).isTrue();
        }
    }

    @Test
    void recordIsSentToItsPartitionUnchangedWithTheLanesTimestampAndItsParker() {
        List<RecordHeader> headers =
                List.of(new RecordHeader("x-backfill", "2019".getBytes(UTF_8)), new RecordHeader("empty", null));
        send(ParkedBatches.of(3, List.of(ParkedBatches.source(3, 7, headers))));
        ProducerRecord<byte[], byte[]> record = producer().history().get(0);
        assertThat(record.topic()).isEqualTo("parked");
        assertThat(record.partition()).isEqualTo(3);
        assertThat(record.timestamp()).as("the topic's own").isNull();
        assertThat(record.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(record.value()).isEqualTo("7".getBytes(UTF_8));
        assertThat(record.headers())
                .hasToString(new Expected()
                        .with("x-backfill", "2019".getBytes(UTF_8))
                        .with("empty", null)
                        .with("sidetrack-timestamp", "1234".getBytes(UTF_8))
                        .with("sidetrack-parked-by", "writer 7 writers of a table".getBytes(UTF_8))
                        .toString());
    }

    /** Headers in the form in which they print. */
    private static final class Expected {
        private final org.apache.kafka.common.header.internals.RecordHeaders headers =
                new org.apache.kafka.common.header.internals.RecordHeaders();

        Expected with(String name, byte[] value) {
            headers.add(name, value);
            return this;
        }

        @Override
        public String toString() {
            return headers.toString();
        }
    }

    @Test
    void timestampThatTheRouterHasSetIsKept() {
        send(ParkedBatches.of(
                3,
                List.of(ParkedBatches.source(
                        3, 7, List.of(new RecordHeader("sidetrack-timestamp", "99".getBytes(UTF_8)))))));
        assertThat(producer().history().get(0).headers().headers("sidetrack-timestamp"))
                .singleElement()
                .satisfies(header -> assertThat(header.value()).isEqualTo("99".getBytes(UTF_8)));
    }

    @Test
    void producerIsOpenedForTheFirstRecordOnly() {
        assertThat(opened).isEmpty();
        send(batch(1));
        send(batch(2));
        assertThat(opened).hasSize(1);
        topic.close();
        assertThat(producer().closed()).isTrue();
    }

    @Test
    void batchIsCompletedWhenEachRecordIsAcknowledged() {
        CompletableFuture<List<ParkResult>> results = topic.send(batch(1, 2, 3));
        acknowledge(2);
        assertThat(results).isNotDone();
        acknowledge(1);
        assertThat(results).isCompletedWithValue(List.of(PARKED, PARKED, PARKED));
    }

    @Test
    void nothingIsSentBehindARecordThatHasFailed() {
        failing = 2;
        failure = new TimeoutException("not present in metadata");
        CompletableFuture<List<ParkResult>> results = topic.send(batch(1, 2, 3, 4));
        assertThat(sent).containsExactly(1L, 2L);
        acknowledge(1);
        assertThat(results).isCompletedWithValue(List.of(PARKED, FAILED, FAILED, FAILED));
    }

    @Test
    void recordThatIsTooLargeIsRefusedAndTheOthersAreSent() {
        failing = 2;
        failure = new RecordTooLargeException("33554500 bytes");
        CompletableFuture<List<ParkResult>> results = topic.send(batch(1, 2, 3));
        acknowledge(2);
        assertThat(results)
                .isCompletedWithValue(List.of(
                        PARKED,
                        new ParkResult.Refused("it was to be parked, and parked rejects it (RecordTooLargeException)"),
                        PARKED));
        send(batch(4));
        assertThat(opened).as("the producer still works").hasSize(1);
    }

    /** Its batch may have been too large only because of other records. */
    @Test
    void smallRecordInABatchThatIsTooLargeIsSentAgain() {
        failing = 1;
        failure = new RecordBatchTooLargeException("segment.bytes");
        assertThat(topic.send(batch(1))).isCompletedWithValue(List.of(FAILED));
    }

    /** The producer would send what is behind the failed record, and some failures make it unusable. */
    @Test
    void failureClosesTheProducerAndTheTopicRests() {
        CompletableFuture<List<ParkResult>> failed = topic.send(batch(1));
        assertThat(producer().errorNext(new TopicAuthorizationException("parked")))
                .isTrue();
        assertThat(failed).isCompletedWithValue(List.of(FAILED));
        assertThat(producer().closed()).isTrue();
        nowNanos = 999_999_999;
        assertThat(topic.send(batch(1))).isCompletedWithValue(List.of(FAILED));
        assertThat(opened).hasSize(1);

        nowNanos = 1_000_000_000;
        CompletableFuture<List<ParkResult>> results = topic.send(batch(1));
        assertThat(opened).hasSize(2);
        acknowledge(1);
        assertThat(results).isCompletedWithValue(List.of(PARKED));
        send(batch(2));
        assertThat(opened).hasSize(2);
    }

    /** A new producer would send the rest of the batch before the records that the first one has dropped are sent again. */
    @Test
    void restOfABatchIsNotSentWithAnotherProducer() {
        send(ParkedBatches.of(0, 9));
        beforeRecord = () -> {
            if (sent.size() == 3 && !opened.get(0).closed()) {
                assertThat(opened.get(0).errorNext(new TimeoutException("no leader")))
                        .as("a record of another partition fails")
                        .isTrue();
                nowNanos += Duration.ofHours(1).toNanos();
            }
        };
        CompletableFuture<List<ParkResult>> results = topic.send(batch(1, 2, 3, 4));
        assertThat(opened).hasSize(1);
        assertThat(opened.get(0).history())
                .as("the closed producer refuses the third one")
                .hasSize(3);
        for (int i = 0; i < 2; i++) {
            assertThat(opened.get(0).errorNext(new KafkaException("closed forcefully")))
                    .isTrue();
        }
        assertThat(results).isCompletedWithValue(List.of(FAILED, FAILED, FAILED, FAILED));
    }

    @Test
    void recordsThatAClosedProducerHasDroppedDoNotCloseTheNextOne() {
        CompletableFuture<List<ParkResult>> first = topic.send(ParkedBatches.of(0, 1));
        CompletableFuture<List<ParkResult>> second = topic.send(ParkedBatches.of(1, 1));
        assertThat(opened.get(0).errorNext(new TimeoutException("no leader"))).isTrue();
        nowNanos = Duration.ofSeconds(1).toNanos();
        CompletableFuture<List<ParkResult>> again = topic.send(ParkedBatches.of(0, 1));
        assertThat(opened.get(0).errorNext(new KafkaException("closed forcefully")))
                .isTrue();
        assertThat(first).isCompletedWithValue(List.of(FAILED));
        assertThat(second).isCompletedWithValue(List.of(FAILED));
        acknowledge(1);
        assertThat(again).isCompletedWithValue(List.of(PARKED));
        assertThat(producer().closed()).isFalse();
    }

    @Test
    void nothingIsSentForALostPartitionOrAfterAFreeze() {
        assertThat(topic.send(ParkedBatches.abandoned(batch(1, 2)))).isCompletedWithValue(List.of(FAILED, FAILED));
        mayPark = false;
        assertThat(topic.send(batch(1))).isCompletedWithValue(List.of(FAILED));
        assertThat(sent).isEmpty();
        mayPark = true;
        send(batch(1));
        assertThat(sent).containsExactly(1L);
    }

    @Test
    void errorInTheProducerIsAFailure() {
        failing = 1;
        failure = new NoClassDefFoundError("compression");
        assertThat(topic.send(batch(1, 2)))
                .as("a record without a result would block its partition forever")
                .isCompletedWithValue(List.of(FAILED, FAILED));
    }

    @Test
    void producerThatCannotBeOpenedIsAFailure() {
        ParkedTopic unopened = topic(
                () -> {
                    throw new IllegalStateException("no config");
                },
                DIRECT);
        assertThat(unopened.send(batch(1))).isCompletedWithValue(List.of(FAILED));
        unopened.close();
    }

    @Test
    void stoppedExecutorIsAFailure() {
        ParkedTopic stopped = topic(this::open, task -> {
            throw new RejectedExecutionException("stopped");
        });
        assertThat(stopped.send(batch(1, 2))).isCompletedWithValue(List.of(FAILED, FAILED));
        assertThat(opened).isEmpty();
    }

    /** A look at the topic takes seconds if the brokers do not respond. */
    @Test
    void closeDoesNotWaitUntilAProducerIsOpen() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch mayOpen = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            ParkedTopic slow = topic(
                    () -> {
                        opening.countDown();
                        await(mayOpen);
                        return open();
                    },
                    thread);
            CompletableFuture<List<ParkResult>> results = slow.send(batch(1));
            opening.await();
            CompletableFuture.runAsync(slow::close).get(30, TimeUnit.SECONDS);
            mayOpen.countDown();
            assertThat(results.get(30, TimeUnit.SECONDS)).containsExactly(FAILED);
            assertThat(producer().closed()).isTrue();
            assertThat(sent).isEmpty();
        } finally {
            mayOpen.countDown();
            thread.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Offsets of a lane that was created again would be taken for repetitions, and the records would not return. */
    @Test
    void headerHasNoOffsetIfTheLaneMayBeAnother() {
        send(batch(1));
        assertThat(ParkedBy.origin(producer().history().get(0).headers())).isPresent();
        reader = Optional.empty();
        send(batch(2));
        Headers headers = producer().history().get(1).headers();
        assertThat(ParkedBy.of(headers)).contains(ParkedBy.WRITER);
        assertThat(ParkedBy.origin(headers)).isEmpty();
    }

    @Test
    void nothingIsSentAfterTheClose() {
        topic.close();
        assertThat(topic.send(batch(1))).isCompletedWithValue(List.of(FAILED));
        assertThat(opened).isEmpty();
    }
}
