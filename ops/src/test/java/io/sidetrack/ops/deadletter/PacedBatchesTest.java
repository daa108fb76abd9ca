package io.sidetrack.ops.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.control.DeadLetterReplay;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The pace of a replay. */
class PacedBatchesTest {
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final StopRequest stop = new StopRequest(Thread.currentThread());
    private final List<DeadLetterReplay> recorded = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final List<Long> sentAt = new ArrayList<>();

    private PacedBatches batches(double rate, LongSupplier clock, Consumer<DeadLetterReplay> audit) {
        producer.initTransactions();
        ReplayRefusals refusals = new ReplayRefusals(line -> {});
        ReplayTransactions transactions =
                new ReplayTransactions(producer, DeadLetterSamples.TOPIC, refusals, new ReplayTally(refusals));
        DeadLetterReplay run = new DeadLetterReplay(
                DeadLetterSamples.TOPIC, new TopicIdentity("c", "t"), "a@b", 1, new TreeMap<>(), "", null);
        return new PacedBatches(new RateLimit(rate, clock, stop), stop, new ReplayAudit(run, audit), batch -> {
            sentAt.add(nanos.get());
            transactions.send(batch);
        });
    }

    private static List<ReplayRecord> batch(int deadLetters) {
        return LongStream.range(0, deadLetters)
                .mapToObj(offset -> DeadLetterSamples.deadLetter(offset, "orders-live"))
                .map(deadLetter -> new ReplayRecord(deadLetter, deadLetter.record(), "orders-live"))
                .toList();
    }

    @Test
    void waitsBetweenTransactionsAndNeverWithinOne() {
        // Each look at the clock is a moment at which the replay may wait.
        PacedBatches batches = batches(
                4,
                () -> {
                    assertThat(producer.transactionInFlight()).isFalse();
                    return nanos.addAndGet(20_000_000);
                },
                recorded::add);
        for (int i = 0; i < 3; i++) {
            batches.accept(batch(PacedBatches.size(4)));
        }
        assertThat(producer.history()).hasSize(3 * 4 * 2);
        assertThat(sentAt.get(2) - sentAt.get(0)).isBetween(1_900_000_000L, 2_200_000_000L);
        assertThat(recorded).as("once, before the first transaction").hasSize(1);
    }

    @Test
    void batchHasAsManyDeadLettersAsASecondAllows() {
        assertThat(PacedBatches.size(0)).isEqualTo(500);
        assertThat(PacedBatches.size(10_000)).isEqualTo(500);
        assertThat(PacedBatches.size(7.5)).isEqualTo(7);
        assertThat(PacedBatches.size(0.1)).isEqualTo(1);
    }

    @Test
    void nothingIsReplayedIfItCannotBeRecorded() {
        PacedBatches batches = batches(0, nanos::get, run -> {
            throw new StartupException("control topic c", "cannot be written", "Allow WRITE on it.");
        });
        assertThatThrownBy(() -> batches.accept(batch(3))).isInstanceOf(StartupException.class);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void stopEndsTheWaitAndReplaysNothingMore() {
        PacedBatches batches = batches(0.001, System::nanoTime, recorded::add);
        batches.accept(batch(1));
        stop.request();
        assertThatThrownBy(() -> batches.accept(batch(1))).isInstanceOf(PacedBatches.StoppedException.class);
        assertThat(producer.history()).hasSize(2);
    }
}
