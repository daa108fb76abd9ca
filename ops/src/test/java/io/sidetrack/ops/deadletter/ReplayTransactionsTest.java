package io.sidetrack.ops.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.ops.OpsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplayTransactionsTest {
    private final List<String> named = new ArrayList<>();
    private final Rejecting producer = new Rejecting();
    private final ReplayRefusals refusals = new ReplayRefusals(named::add);
    private final ReplayTally tally = new ReplayTally(refusals);
    private final ReplayTransactions transactions =
            new ReplayTransactions(producer, DeadLetterSamples.TOPIC, refusals, tally);

    /** Like the real producer, it fails the rest of a transaction with the exception of the rejected record. */
    private static final class Rejecting extends MockProducer<byte[], byte[]> {
        private final Map<String, RuntimeException> failures = new HashMap<>();
        private final Map<String, Integer> left = new HashMap<>();
        private RuntimeException failed;
        private int aborted;
        private boolean fencedOnAbort;

        Rejecting() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
            initTransactions();
        }

        void fail(long offset, RuntimeException failure) {
            failures.put(Long.toString(offset), failure);
        }

        void recoversAfter(long offset, int attempts) {
            left.put(Long.toString(offset), attempts);
        }

        private RuntimeException failure(String offset) {
            if (left.containsKey(offset) && left.merge(offset, -1, Integer::sum) < 0) {
                failures.remove(offset);
            }
            return failures.get(offset);
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (failed != null) {
                throw new KafkaException("in an error state", failed);
            }
            failed = record.value() == null ? null : failure(new String(record.value(), UTF_8));
            if (failed != null) {
                callback.onCompletion(null, failed);
                return CompletableFuture.failedFuture(failed);
            }
            return super.send(record, callback);
        }

        @Override
        public void commitTransaction() {
            assertThat(failed).isNull();
            super.commitTransaction();
        }

        @Override
        public void abortTransaction() {
            failed = null;
            aborted++;
            if (fencedOnAbort) {
                throw new KafkaException("in an error state", new ProducerFencedException("fenced"));
            }
            super.abortTransaction();
        }
    }

    private static List<ReplayRecord> batch(int deadLetters) {
        return LongStream.range(0, deadLetters)
                .mapToObj(offset -> DeadLetterSamples.deadLetter(offset, "orders-live"))
                .map(deadLetter -> new ReplayRecord(deadLetter, deadLetter.record(), "orders-live"))
                .toList();
    }

    private List<String> arrived() {
        return producer.history().stream()
                .filter(record -> record.topic().equals("orders-live"))
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    private List<String> marked() {
        return producer.history().stream()
                .filter(record -> record.topic().equals(DeadLetterSamples.TOPIC))
                .map(record -> new String(
                        record.headers().lastHeader(ReplayMark.HEADER).value(), UTF_8))
                .toList();
    }

    @Test
    void namesRejectedRecordsAndReplaysAllOthersOnceInOrder() {
        long seed = Long.getLong("sidetrack.seed", new Random().nextLong());
        Random random = new Random(seed);
        Set<Long> rejected = new HashSet<>();
        for (int i = random.nextInt(20); i >= 0; i--) {
            rejected.add((long) random.nextInt(500));
        }
        rejected.forEach(offset -> producer.fail(
                offset, random.nextBoolean() ? new RecordTooLargeException("large") : new InvalidRecordException("m")));

        transactions.send(batch(500));

        List<String> expected = LongStream.range(0, 500)
                .filter(offset -> !rejected.contains(offset))
                .mapToObj(Long::toString)
                .toList();
        assertThat(arrived()).as("-Dsidetrack.seed=%d", seed).isEqualTo(expected);
        assertThat(marked())
                .as("-Dsidetrack.seed=%d", seed)
                .isEqualTo(expected.stream().map(offset -> "0:" + offset).toList());
        assertThat(named)
                .as("-Dsidetrack.seed=%d", seed)
                .hasSameSizeAs(rejected)
                .allMatch(line -> line.contains("orders-live rejects it ("));
        assertThat(tally.byTarget()).isEqualTo(Map.of("orders-live", (long) expected.size()));
    }

    @Test
    void namesAllIfAllAreRejected() {
        for (int i = 0; i < 9; i++) {
            producer.fail(i, new RecordTooLargeException("large"));
        }
        transactions.send(batch(9));

        assertThat(arrived()).isEmpty();
        assertThat(named).hasSize(9).first().asString().contains("0:0", "RecordTooLargeException: large");
        assertThat(producer.transactionInFlight()).isFalse();
    }

    @Test
    void fencedReplayEndsInOneLineAndKeepsItsCommits() {
        transactions.send(batch(3));
        producer.fenceProducer();

        assertThatThrownBy(() -> transactions.send(batch(3)))
                .isInstanceOf(OpsException.class)
                .hasMessageStartingWith("3 replayed, then another replay of " + DeadLetterSamples.TOPIC + " took over")
                .hasMessageNotContaining("\n");
        assertThat(arrived()).hasSize(3);
    }

    static List<RuntimeException> failuresOfAFencedProducer() {
        return List.of(
                new InvalidProducerEpochException("fenced"),
                new InvalidTxnStateException("ended by the coordinator"),
                new ProducerFencedException("fenced"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfAFencedProducer")
    void failureOfAFencedReplayIsNotBlamedOnDeadLetters(RuntimeException failure) {
        producer.fail(1, failure);

        assertThatThrownBy(() -> transactions.send(batch(3)))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("took over");
        assertThat(named).isEmpty();
    }

    /** A coordinator answers so if another replay takes over while it ends the transaction of this one. */
    @Test
    void unconfirmedCommitIsNotBlamedOnDeadLetters() {
        producer.commitTransactionException =
                new KafkaException("Unhandled error in EndTxnResponse: The server experienced an unexpected error");

        assertThatThrownBy(() -> transactions.send(batch(3)))
                .isInstanceOf(OpsException.class)
                .hasMessageStartingWith("0 replayed, then the end of a transaction was not confirmed (KafkaException: ")
                .hasMessageContaining("another replay of " + DeadLetterSamples.TOPIC + " took over at that moment")
                .hasMessageNotContaining("0:0");
        assertThat(named).isEmpty();
    }

    @Test
    void detectsFencingByAFailedAbort() {
        producer.fail(1, new TimeoutException("late"));
        producer.fencedOnAbort = true;

        assertThatThrownBy(() -> transactions.send(batch(3)))
                .isInstanceOf(OpsException.class)
                .hasMessageStartingWith("0 replayed, then another replay");
    }

    /** It may concern the broker: a letter, or a slice, must not be refused because a broker was unwell for a moment. */
    @Test
    void unknownErrorIsRepeatedAndThenStopsTheReplay() {
        producer.fail(2, new UnknownServerException("oops"));
        producer.fail(4, new RecordTooLargeException("large"));

        assertThatThrownBy(() -> transactions.send(batch(5)))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("stopped at dead letters 0:2 to 0:2 (UnknownServerException: oops)");
        assertThat(named).isEmpty();
        assertThat(arrived()).containsExactly("0", "1");

        producer.recoversAfter(2, 3);
        transactions.send(batch(5).subList(2, 5));
        assertThat(arrived()).containsExactly("0", "1", "2", "3");
        assertThat(named).hasSize(1).first().asString().contains("RecordTooLargeException: large");
    }

    @Test
    void outageStopsTheReplayAndNamesThePosition() {
        producer.fail(2, new TimeoutException("120 s\npassed"));

        assertThatThrownBy(() -> transactions.send(batch(5)))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining(
                        "0 replayed, then stopped at dead letters 0:0 to 0:4 (TimeoutException: 120 s passed)")
                .hasMessageNotContaining("\n");
        assertThat(producer.aborted)
                .as("no open transaction blocks the consumers of the lane")
                .isEqualTo(1);
        assertThat(named).isEmpty();
    }

    @Test
    void missingPermissionStopsTheReplay() {
        producer.fail(2, new TopicAuthorizationException(Set.of("orders-live")));

        assertThatThrownBy(() -> transactions.send(batch(5)))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("TopicAuthorizationException");
        assertThat(named).isEmpty();
    }
}
