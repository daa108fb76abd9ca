package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the buffer sends batches, and what each outcome means. Time is a number that the test sets. */
class WriteBufferTest {
    private static final long MS = 1_000_000;
    private static final BatchOutcome REFUSED = new BatchOutcome.Refused("ValidationException");

    private final Counts counts = new Counts();
    private final WriteBuffer buffer = new BufferBuilder()
            .batchSize(25)
            .batchBytes(1000)
            .flushInterval(Duration.ofSeconds(1))
            .maxInFlight(4)
            .maxRecords(200)
            .maxHeldBytes(1_000_000)
            .build(counts);

    private void add(int from, int count) {
        for (int i = from; i < from + count; i++) {
            buffer.add(Records.put("k" + i, i), 0);
        }
    }

    @Test
    void firstRecordIsSentImmediatelyWhileNothingIsInFlight() {
        buffer.add(Records.put("a", 0), 0);

        assertThat(keys(buffer.ready(0))).containsExactly(List.of("a"));
    }

    @Test
    void nextRecordsWaitForTheirBatchToFillButNotLongerThanTheFlushInterval() {
        buffer.add(Records.put("a", 0), 0);
        assertThat(buffer.ready(0)).hasSize(1);
        buffer.add(Records.put("b", 1), 10 * MS);

        assertThat(buffer.ready(10 * MS)).isEmpty();
        assertThat(buffer.ready(1009 * MS)).isEmpty();
        assertThat(keys(buffer.ready(1010 * MS))).containsExactly(List.of("b"));
    }

    @Test
    void waitingRecordIsSentImmediatelyWhenTheLastBatchInFlightCompletes() {
        buffer.add(Records.put("a", 0), 0);
        Batch first = buffer.ready(0).get(0);
        buffer.add(Records.put("b", 1), 0);
        buffer.complete(first, written(first), MS);

        assertThat(keys(buffer.ready(MS))).containsExactly(List.of("b"));
    }

    @Test
    void batchesAreFullAndNoMoreAreInFlightThanTheLimit() {
        add(0, 130);
        List<Batch> sent = buffer.ready(0);

        assertThat(sent).hasSize(4).allMatch(batch -> batch.writes().size() == 25);
        assertThat(buffer.ready(5000 * MS)).isEmpty();
        buffer.complete(sent.get(0), written(sent.get(0)), 0);
        assertThat(buffer.ready(0)).hasSize(1);
    }

    @Test
    void batchStaysWithinItsBytesAndALargerWriteIsSentAlone() {
        buffer.add(Records.large("a", 0, 600), 0);
        buffer.add(Records.large("b", 1, 600), 0);
        buffer.add(Records.large("c", 2, 5000), 0);
        buffer.add(Records.large("d", 3, 100), 0);
        buffer.drain(true);

        assertThat(keys(buffer.ready(0))).containsExactly(List.of("a"), List.of("b"), List.of("c"), List.of("d"));
    }

    @Test
    void newerRecordOfAKeyReplacesTheWaitingOneAndIsSentAfterTheOneInFlight() {
        buffer.add(Records.put("a", 0), 0);
        Batch first = buffer.ready(0).get(0);
        buffer.add(Records.put("a", 1), 0);
        buffer.add(Records.put("a", 2), 0);
        buffer.drain(true);

        assertThat(buffer.ready(5000 * MS)).as("the key is in flight").isEmpty();
        assertThat(counts.superseded).isEqualTo(1);
        buffer.complete(first, written(first), 0);
        assertThat(offsets(buffer.ready(0))).containsExactly(2L);
    }

    @Test
    void unprocessedWriteIsRetriedAfterADelayUnlessANewerOneOfItsKeyWaits() {
        buffer.add(Records.put("a", 0), 0);
        buffer.add(Records.put("b", 1), 0);
        Batch first = buffer.ready(0).get(0);
        buffer.add(Records.put("b", 2), 0);
        Outcome unprocessed = new Outcome.Retry(RetryCause.UNPROCESSED);
        buffer.complete(first, new BatchOutcome.Each(List.of(unprocessed, unprocessed), 0), 0);

        assertThat(counts.superseded).isEqualTo(1);
        long due = buffer.nextDueNanos();
        assertThat(due).isBetween(0L, 50 * MS);
        assertThat(offsets(buffer.ready(due))).containsExactly(0L, 2L);
    }

    @Test
    void writeIsRetriedForeverWithDelaysUpToTheCap() {
        buffer.add(Records.put("a", 0), 0);
        long now = 0;
        long longest = 0;
        for (int i = 0; i < 200; i++) {
            Batch batch = buffer.ready(now).get(0);
            buffer.complete(batch, new BatchOutcome.RetryAll(RetryCause.SERVER_ERROR), now);
            longest = Math.max(longest, buffer.nextDueNanos() - now);
            now = buffer.nextDueNanos();
        }
        assertThat(longest).isBetween(2500 * MS, 5000 * MS);
        assertThat(counts.deadLettered).isZero();
        assertThat(buffer.isEmpty()).isFalse();
    }

    @Test
    void onlyTheInvalidItemOfARefusedBatchBecomesADeadLetter() {
        add(0, 25);
        for (List<Batch> batches = buffer.ready(0); !batches.isEmpty(); batches = buffer.ready(0)) {
            for (Batch batch : batches) {
                buffer.complete(batch, keys(List.of(batch)).get(0).contains("k13") ? REFUSED : written(batch), 0);
            }
        }

        assertThat(counts.written).isEqualTo(24);
        List<DeadLetter> deadLetters = buffer.takeDeadLetters(0);
        assertThat(deadLetters).hasSize(1);
        assertThat(deadLetters.get(0).source().offset()).isEqualTo(13);
        assertThat(deadLetters.get(0).rejection().reason()).isEqualTo(Reason.REFUSED_BY_TABLE);
        assertThat(buffer.isEmpty()).as("until the dead letter is acknowledged").isFalse();
        buffer.deadLetterAcknowledged(deadLetters.get(0), 0);
        assertThat(buffer.isEmpty()).isTrue();
    }

    @Test
    void deadLetterThatWasNotAcknowledgedIsReturnedAgainAfterADelay() {
        buffer.add(Records.bad(0, 0), 0);
        DeadLetter deadLetter = buffer.takeDeadLetters(0).get(0);
        assertThat(buffer.takeDeadLetters(0)).isEmpty();
        buffer.deadLetterFailed(deadLetter, 0);

        assertThat(buffer.isEmpty()).isFalse();
        assertThat(buffer.takeDeadLetters(999 * MS)).isEmpty();
        assertThat(buffer.nextDueNanos()).isEqualTo(1000 * MS);
        assertThat(buffer.takeDeadLetters(1000 * MS)).containsExactly(deadLetter);
    }

    @Test
    void batchCannotBeCompletedTwice() {
        buffer.add(Records.put("a", 0), 0);
        Batch batch = buffer.ready(0).get(0);
        buffer.complete(batch, written(batch), 0);

        assertThatThrownBy(() -> buffer.complete(batch, written(batch), 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void recordsOfALostPartitionAreNeitherSentNorRetried() {
        buffer.add(Records.put("lost", 1, 0), 0);
        buffer.add(Records.put("kept", 0, 0), 0);
        Batch first = buffer.ready(0).get(0);
        buffer.add(Records.put("lost-too", 1, 1), 0);
        buffer.forget(Records.TOPIC, 1, 0);
        buffer.complete(first, new BatchOutcome.RetryAll(RetryCause.TIMEOUT), 0);

        assertThat(keys(buffer.ready(buffer.nextDueNanos()))).containsExactly(List.of("kept"));
        assertThat(counts.forgotten).isEqualTo(2);
    }

    @Test
    void partsOfARefusedBatchAreNotSentForALostPartition() {
        buffer.add(Records.put("lost", 1, 0), 0);
        buffer.add(Records.put("kept", 0, 0), 0);
        Batch first = buffer.ready(0).get(0);
        buffer.complete(first, REFUSED, 0);
        buffer.forget(Records.TOPIC, 1, 0);

        assertThat(keys(buffer.ready(0))).containsExactly(List.of("kept"));
    }

    @Test
    void bufferIsFullAtItsLimitOfRecordsOrBytes() {
        add(0, 199);
        assertThat(buffer.isFull(0)).isFalse();
        add(199, 1);
        assertThat(buffer.isFull(0)).isTrue();
        assertThat(buffer.hasRoom(0)).isFalse();
        buffer.forget(Records.TOPIC, 0, 0);
        assertThat(buffer.hasRoom(0)).isTrue();
        buffer.add(Records.large("large", 0, 1_000_000), 0);
        assertThat(buffer.isFull(0)).isTrue();
    }

    @Test
    void ageIsThatOfTheOldestUnfinishedRecord() {
        buffer.add(Records.put("a", 0), 5 * MS);
        buffer.add(Records.put("b", 0), 7 * MS);

        assertThat(buffer.state(9 * MS).oldestAgeNanos()).isEqualTo(4 * MS);
        Batch batch = buffer.ready(9 * MS).get(0);
        buffer.complete(batch, written(batch), 9 * MS);
        assertThat(buffer.state(9 * MS)).isEqualTo(new BufferState(0, 0, 0, 4, 0, 0));
    }

    static BatchOutcome written(Batch batch) {
        return new BatchOutcome.Each(Collections.nCopies(batch.writes().size(), new Outcome.Written()), 0);
    }

    private static List<List<String>> keys(List<Batch> batches) {
        List<List<String>> keys = new ArrayList<>();
        for (Batch batch : batches) {
            keys.add(batch.writes().stream()
                    .map(write -> write.key().partition())
                    .toList());
        }
        return keys;
    }

    private static List<Long> offsets(List<Batch> batches) {
        List<Long> offsets = new ArrayList<>();
        for (Batch batch : batches) {
            for (Write write : batch.writes()) {
                offsets.add(write.source().offset());
            }
        }
        return offsets;
    }

    @Test
    void aMillionUpdatesOfOneKeyCostAHandfulOfWrites() {
        List<Batch> inFlight = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            long now = i * 1000L;
            buffer.add(Records.put("hot", i), now);
            inFlight.addAll(buffer.ready(now));
            if (i % 20_000 == 19_999) {
                // A round trip takes 20 ms.
                List<Batch> completed = List.copyOf(inFlight);
                inFlight.clear();
                completed.forEach(batch -> buffer.complete(batch, written(batch), now));
                inFlight.addAll(buffer.ready(now));
            }
        }
        assertThat(counts.written).isLessThanOrEqualTo(50);
        assertThat(counts.superseded).isGreaterThan(999_900);
        assertThat(buffer.state(0).records()).isLessThanOrEqualTo(2);
    }

    @Test
    void activityContainsTheEndOfTheDelayBeforeARetry() {
        add(0, 1);
        Batch batch = buffer.ready(0).get(0);
        assertThat(buffer.activity(0).resumesNanos()).isEqualTo(Long.MAX_VALUE);
        buffer.complete(batch, new BatchOutcome.RetryAll(RetryCause.SERVER_ERROR), MS);
        assertThat(buffer.ready(MS)).isEmpty();
        long due = buffer.nextDueNanos();
        assertThat(due).isGreaterThan(MS).isLessThan(Long.MAX_VALUE);
        assertThat(buffer.activity(MS).resumesNanos()).isEqualTo(due);
    }
}
