package io.sidetrack.ops.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.record.DeadLetterHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Which records of a lane say something about the table. */
class LaneRecordsTest {
    private static final String GOOD = "{\"id\":\"a\"}";
    private static final String BAD = "{\"id\":7}";

    private final Tally tally = new Tally(10);
    private final List<Entry> found = new ArrayList<>();
    private final LaneRecords records =
            new LaneRecords("lane", true, Map.of(0, 10L), Map.of(0, 8L), Samples.entries(Samples.guard()), tally);

    private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, String value) {
        return new ConsumerRecord<>(topic, 0, offset, null, value.getBytes(UTF_8));
    }

    private void deadLetter(String topic, String partition, String offset) {
        ConsumerRecord<byte[], byte[]> letter = record("lane-dead-letters", 0, BAD);
        letter.headers()
                .add(DeadLetterHeaders.TOPIC, topic.getBytes(UTF_8))
                .add(DeadLetterHeaders.PARTITION, partition.getBytes(UTF_8))
                .add(DeadLetterHeaders.OFFSET, offset.getBytes(UTF_8));
        records.deadLetter(letter);
    }

    private void read(long offset, String value) {
        records.record(record("lane", offset, value), found::add);
    }

    @Test
    void recordWithADeadLetterIsNotExpected() {
        deadLetter("lane", "0", "3");
        deadLetter("another-lane", "0", "4");
        deadLetter("lane", "0", "not a number");
        read(3, GOOD);
        read(4, GOOD);
        assertThat(found).extracting(Entry::offset).containsExactly(4L);
        assertThat(records.deadLetters()).isEqualTo(1);
        assertThat(records.records()).isEqualTo(2);
        assertThat(tally.isClean()).isTrue();
    }

    @Test
    void recordThatCannotBeWrittenNeedsADeadLetter() {
        deadLetter("lane", "0", "3");
        read(3, BAD);
        read(5, BAD);
        // Not committed yet, and outside the part.
        read(9, BAD);
        read(11, BAD);
        assertThat(found).isEmpty();
        assertThat(tally.count(Outcome.REJECTED)).isEqualTo(1);
        assertThat(tally.first(Outcome.REJECTED))
                .singleElement()
                .asString()
                .startsWith("partition 0, offset 5: key-wrong-type");
    }

    @Test
    void phaseDependsOnTheEndOfThePartAndTheCommittedOffset() {
        read(7, GOOD);
        read(8, GOOD);
        read(10, GOOD);
        assertThat(found)
                .extracting(Entry::phase)
                .containsExactly(Entry.Phase.SELECTED, Entry.Phase.SELECTED_PENDING, Entry.Phase.LATER_PENDING);
        assertThat(records.records()).isEqualTo(2);
        assertThat(records.pending()).isEqualTo(1);
    }
}
