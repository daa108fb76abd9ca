package io.sidetrack.ops.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.OffsetRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class CopyStateTest {
    private static final JournalTopic JOURNAL = new JournalTopic(null, "journal");

    private static CopyRun run(long number, int partitions) {
        Map<Integer, OffsetRange> ranges = new TreeMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            ranges.put(partition, new OffsetRange(10, 20));
        }
        return new CopyRun(
                number,
                "from=-7d",
                new Slice("orders", new TreeMap<>(ranges)),
                new TopicIdentity("cluster", "a"),
                "orders-backfill",
                new TopicIdentity("cluster", "b"),
                4,
                "ada",
                1_000,
                0);
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, long offset, long timestampMs) {
        return new ConsumerRecord<>(
                "orders",
                partition,
                offset,
                timestampMs,
                TimestampType.CREATE_TIME,
                3,
                5,
                "key".getBytes(UTF_8),
                "value".getBytes(UTF_8),
                new RecordHeaders(),
                Optional.empty());
    }

    private static Optional<CopyState> readBack(List<ProducerRecord<byte[], byte[]>> records) {
        JournalTopic.Reading reading = new JournalTopic.Reading("id");
        for (ProducerRecord<byte[], byte[]> record : records) {
            assertThat(record.partition()).isZero();
            reading.add(new ConsumerRecord<>("journal", 0, 7, record.key(), record.value()));
        }
        return reading.state();
    }

    @Test
    void firstAndLastAreThoseWithTheEarliestAndTheLatestTimestamp() {
        CopyState state = CopyState.begin(run(1, 2))
                .after(List.of(
                        new Step.Copied(record(0, 10, 500), 0),
                        new Step.Copied(record(0, 12, 900), 0),
                        new Step.Copied(record(1, 10, 400), 0),
                        new Step.Copied(record(1, 15, 900), 0),
                        new Step.Refused(record(1, 16, 1), 3, "too large"),
                        new Step.Passed(1, 18, 2)));

        CopyTally tally = state.tally();
        assertThat(tally.first()).contains(new CopyTally.Position(1, 10, 400));
        assertThat(tally.last()).contains(new CopyTally.Position(1, 15, 900));
        assertThat(tally.copied()).isEqualTo(4);
        assertThat(tally.copiedBytes()).isEqualTo(32);
        assertThat(tally.read()).isEqualTo(10);
        assertThat(tally.refusals()).containsExactly("orders, partition 1, offset 16: too large");
        assertThat(state.open()).isEqualTo(Map.of(0, new OffsetRange(13, 20), 1, new OffsetRange(18, 20)));
        assertThat(state.offsetsDone()).isEqualTo(11);
    }

    @Test
    void isReadBackAsItWasWritten() {
        CopyState state = CopyState.begin(run(3, 2))
                .after(List.of(
                        new Step.Copied(record(0, 10, -5), 0),
                        new Step.Refused(record(1, 10, 4), 3, "too \"large\""),
                        new Step.Passed(1, 20, 0)));

        assertThat(readBack(List.of(
                        JOURNAL.record("id", state.run()),
                        JOURNAL.record("id", 0, state.progress(0)),
                        JOURNAL.record("id", 1, state.progress(1)),
                        JOURNAL.record("i", run(9, 1)))))
                .contains(state);
        assertThat(readBack(List.of())).isEmpty();
    }

    @Test
    void progressOfAnEarlierRunDoesNotCount() {
        CopyState before = CopyState.begin(run(1, 1)).after(List.of(new Step.Passed(0, 20, 9)));
        assertThat(before.open()).isEmpty();

        CopyState anew = readBack(List.of(
                        JOURNAL.record("id", before.run()),
                        JOURNAL.record("id", 0, before.progress(0)),
                        JOURNAL.record("id", run(2, 1))))
                .orElseThrow();

        assertThat(anew.open()).isEqualTo(Map.of(0, new OffsetRange(10, 20)));
        assertThat(anew.tally().read()).isZero();
    }

    @Test
    void deletedRecordsDoNotCountBeforeTheyAreCompactedEither() {
        CopyState before = CopyState.begin(run(1, 1)).after(List.of(new Step.Passed(0, 20, 9)));
        ProducerRecord<byte[], byte[]> run = JOURNAL.record("id", before.run());
        ProducerRecord<byte[], byte[]> progress = JOURNAL.record("id", 0, before.progress(0));
        assertThat(readBack(List.of(run, progress, deletionOf(run)))).isEmpty();
        assertThat(readBack(List.of(run, progress, deletionOf(progress)))
                        .orElseThrow()
                        .open())
                .isEqualTo(Map.of(0, new OffsetRange(10, 20)));
    }

    private static ProducerRecord<byte[], byte[]> deletionOf(ProducerRecord<byte[], byte[]> record) {
        return new ProducerRecord<>("journal", 0, record.key(), null);
    }

    @Test
    void progressWithoutItsRunIsRefusedAndNeverBelongsToTheNextRun() {
        CopyState before = CopyState.begin(run(4, 1)).after(List.of(new Step.Passed(0, 20, 9)));
        JournalTopic.Reading reading = new JournalTopic.Reading("id");
        ProducerRecord<byte[], byte[]> progress = JOURNAL.record("id", 0, before.progress(0));
        reading.add(new ConsumerRecord<>("journal", 0, 7, progress.key(), progress.value()));

        assertThat(reading.state()).isEmpty();
        assertThat(reading.lastNumber()).isEqualTo(4);
        assertThatThrownBy(() -> reading.requireRun("journal"))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("journal topic journal holds the progress of id, but not the run")
                .hasMessageContaining("--again")
                .hasMessageNotContaining("\n");
    }

    @Test
    void invalidRecordIsRefusedAndNamed() {
        ProducerRecord<byte[], byte[]> valid = JOURNAL.record("id", run(1, 1));
        for (String value : List.of("", "{}", "null", "[]", "{\"number\":0}")) {
            ProducerRecord<byte[], byte[]> invalid =
                    new ProducerRecord<>("journal", 0, valid.key(), value.getBytes(UTF_8));
            assertThatThrownBy(() -> readBack(List.of(invalid)))
                    .isInstanceOf(OpsException.class)
                    .hasMessageStartingWith("journal topic journal, partition 0, offset 7: not a valid record");
        }
    }

    @Test
    void partitionThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> CopySession.requireHeld(
                        "orders", Map.of(Integer.MAX_VALUE, new OffsetRange(0, 9)), Map.of(0, new OffsetRange(0, 9))))
                .isInstanceOf(OpsException.class)
                .hasMessageStartingWith("orders has no partition 2147483647");
    }

    @Test
    void longerSliceKeepsItsStarts() {
        Slice slice = run(1, 2).slice();
        Slice longer = slice.extendedTo(
                new TreeMap<>(Map.of(0, new OffsetRange(15, 40), 1, new OffsetRange(0, 12), 2, new OffsetRange(3, 5))));
        assertThat(longer.ranges())
                .isEqualTo(Map.of(0, new OffsetRange(10, 40), 1, new OffsetRange(10, 20), 2, new OffsetRange(3, 5)));
    }
}
