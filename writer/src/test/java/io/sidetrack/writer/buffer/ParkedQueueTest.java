package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.SourceRecord;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The states of a parked record until the topic has acknowledged it and all records before it. */
class ParkedQueueTest {
    private static final long RETRY_NANOS = 100;
    private static final ParkResult PARKED = new ParkResult.Parked();
    private static final ParkResult FAILED = new ParkResult.Failed();
    private static final ParkResult REFUSED = new ParkResult.Refused("too large");

    private final Counts counts = new Counts();
    private final EarlierWrites earlier = new EarlierWrites();
    private final HeldRecords held = new HeldRecords(counts, WriteBudget.unlimited(), earlier, 50);
    private final DeadLetterQueue deadLetters = new DeadLetterQueue(RETRY_NANOS);
    private final ParkedQueue queue = new ParkedQueue(RETRY_NANOS, held, deadLetters, earlier);

    private void add(int partition, long... offsets) {
        for (long offset : offsets) {
            ParkedRecord record = new ParkedRecord(ParkedBatches.source(partition, offset, List.of()), offset);
            held.receivedToPark(record);
            queue.add(record);
        }
    }

    private ParkedBatch takeOne(long nowNanos) {
        List<ParkedBatch> batches = queue.take(nowNanos);
        assertThat(batches).hasSize(1);
        return batches.get(0);
    }

    private static List<Long> offsets(ParkedBatch batch) {
        return batch.records().stream().map(record -> record.source().offset()).toList();
    }

    private void complete(ParkedBatch batch, ParkResult... results) {
        queue.complete(batch, Arrays.asList(results), 0);
    }

    private void completeAll(ParkedBatch batch) {
        queue.complete(batch, Collections.nCopies(batch.records().size(), PARKED), 0);
    }

    @Test
    void batchHasEverythingThatWaitsAndTheNextOneFollowsWhenItIsCompleted() {
        add(0, 1, 2, 3);
        ParkedBatch first = takeOne(0);
        add(0, 4, 5);
        assertThat(queue.take(Long.MAX_VALUE)).as("one batch at a time").isEmpty();
        assertThat(queue.sent()).isEqualTo(3);
        completeAll(first);
        assertThat(offsets(first)).containsExactly(1L, 2L, 3L);
        ParkedBatch second = takeOne(0);
        assertThat(offsets(second)).containsExactly(4L, 5L);
        completeAll(second);
        assertThat(queue.isQuiet()).isTrue();
        assertThat(held.records()).isZero();
        assertThat(held.bytes()).isZero();
        assertThat(counts.parked).isEqualTo(5);
    }

    @Test
    void partitionsDoNotWaitForEachOther() {
        add(0, 1);
        ParkedBatch slow = takeOne(0);
        add(1, 1);
        completeAll(takeOne(0));
        assertThat(queue.isQuiet(0)).isFalse();
        assertThat(queue.isQuiet(1)).isTrue();
        completeAll(slow);
        assertThat(queue.isQuiet(0)).isTrue();
    }

    /** Otherwise, the older record would be the last one of its key in the topic. */
    @Test
    void recordsBehindAFailedOneAreSentAgainAfterItEvenIfTheyWereAcknowledged() {
        add(0, 1, 2, 3, 4);
        ParkedBatch batch = takeOne(0);
        add(0, 5);
        complete(batch, PARKED, FAILED, PARKED, FAILED);
        assertThat(counts.parked).isEqualTo(1);
        assertThat(queue.take(RETRY_NANOS - 1)).isEmpty();
        assertThat(queue.nextDueNanos()).isEqualTo(RETRY_NANOS);
        ParkedBatch again = takeOne(RETRY_NANOS);
        assertThat(offsets(again)).containsExactly(2L, 3L, 4L, 5L);
        completeAll(again);
        assertThat(counts.parked).isEqualTo(5);
        assertThat(held.failures()).as("one failed attempt").isEqualTo(1);
    }

    @Test
    void refusedRecordBecomesADeadLetterAndTheOthersAreParked() {
        add(0, 1, 2, 3);
        complete(takeOne(0), PARKED, REFUSED, PARKED);
        assertThat(counts.parked).isEqualTo(2);
        assertThat(queue.isQuiet()).isTrue();
        List<DeadLetter> taken = deadLetters.take(0);
        assertThat(taken).hasSize(1);
        assertThat(taken.get(0).rejection().reason()).isEqualTo(Reason.REFUSED_BY_PARKED_TOPIC);
        assertThat(taken.get(0).sinceNanos()).as("when it was received").isEqualTo(2);
        assertThat(held.records())
                .as("held until the dead letter is acknowledged")
                .isEqualTo(1);
        assertThat(held.recordsToWrite()).isEqualTo(1);
    }

    @Test
    void topicThatRefusesMostRecordsRaisesTheAlarmAndParkedRecordsDoNot() {
        for (int i = 0; i < 5000; i++) {
            add(0, i);
            completeAll(takeOne(0));
        }
        assertThat(held.tooManyRejected()).isFalse();
        for (int i = 0; i < 501; i++) {
            assertThat(held.tooManyRejected()).isFalse();
            add(0, i);
            complete(takeOne(0), REFUSED);
        }
        assertThat(held.tooManyRejected()).isTrue();
    }

    @Test
    void lostPartitionEndsWaitingRecordsAtOnceAndThoseInFlightWithTheirResults() {
        add(0, 1, 2, 3);
        ParkedBatch batch = takeOne(0);
        add(0, 4);
        add(1, 9);
        queue.forget(0).forEach(held::forgotten);
        assertThat(counts.forgotten).isEqualTo(1);
        assertThat(batch.isAbandoned()).isTrue();
        add(0, 1);
        assertThat(queue.take(0).stream().map(ParkedQueueTest::offsets).toList())
                .as("the next owner in the same thread waits for the batch in flight")
                .containsExactly(List.of(9L));
        complete(batch, PARKED, FAILED, REFUSED);
        assertThat(counts.parked).isEqualTo(1);
        assertThat(counts.forgotten).isEqualTo(3);
        assertThat(deadLetters.size()).isZero();
        assertThat(offsets(takeOne(RETRY_NANOS))).containsExactly(1L);
    }

    @Test
    void lostPartitionEndsADelay() {
        add(0, 1);
        complete(takeOne(0), FAILED);
        assertThat(queue.forget(0)).hasSize(1);
        assertThat(queue.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(queue.take(RETRY_NANOS)).isEmpty();
        assertThat(queue.forget(0)).isEmpty();
    }

    @Test
    void batchCannotBeCompletedTwiceOrInPart() {
        add(0, 1, 2);
        ParkedBatch batch = takeOne(0);
        assertThatThrownBy(() -> complete(batch, PARKED)).isInstanceOf(IllegalStateException.class);
        completeAll(batch);
        assertThatThrownBy(() -> completeAll(batch)).isInstanceOf(IllegalStateException.class);
        add(0, 3);
        takeOne(0);
        assertThatThrownBy(() -> completeAll(batch)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingIsTakenBeforeEarlierWritesAreFinished() {
        add(0, 1);
        complete(takeOne(0), FAILED);
        SourceRecord write = ParkedBatches.source(0, 0, List.of());
        earlier.begin(List.of(write));
        assertThat(queue.take(RETRY_NANOS)).isEmpty();
        assertThat(queue.nextDueNanos())
                .as("no timer for what does not depend on time")
                .isEqualTo(Long.MAX_VALUE);
        earlier.finished(ParkedBatches.source(0, 0, List.of()));
        assertThat(queue.take(RETRY_NANOS)).as("another copy of the record").isEmpty();
        earlier.finished(write);
        assertThat(offsets(takeOne(RETRY_NANOS))).containsExactly(1L);
    }

    @Test
    void ageIsThatOfTheOldestRecordOfAnyPartitionInAnyState() {
        assertThat(queue.oldestSince(9)).isEqualTo(9);
        add(0, 5);
        assertThat(queue.oldestSince(9)).as("waiting").isEqualTo(5);
        ParkedBatch batch = takeOne(0);
        add(0, 6);
        add(1, 3);
        assertThat(queue.oldestSince(9)).as("of another partition").isEqualTo(3);
        queue.forget(1);
        assertThat(queue.oldestSince(9)).as("in flight").isEqualTo(5);
        complete(batch, FAILED);
        assertThat(queue.oldestSince(9)).as("delayed").isEqualTo(5);
    }
}
