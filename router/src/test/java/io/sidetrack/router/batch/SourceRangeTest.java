package io.sidetrack.router.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.service.StopException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Where reading continues if a position is out of the source's range. */
class SourceRangeTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final List<String> lost = new ArrayList<>();
    private final SourceRange range =
            new SourceRange((topic, partition, from, to) -> lost.add(topic + partition + " " + from + "-" + to));
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

    private void beginnings(long first, long second) {
        consumer.assign(List.of(FIRST, SECOND));
        consumer.updateBeginningOffsets(Map.of(FIRST, first, SECOND, second));
        consumer.seek(FIRST, 10);
        consumer.seek(SECOND, 20);
    }

    @Test
    void continuesAtTheBeginningOfTheLogAndReportsDeletedOffsets() {
        beginnings(15, 21);
        consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(10), SECOND, new OffsetAndMetadata(20)));
        range.seek(consumer, new OffsetOutOfRangeException(Map.of(FIRST, 10L, SECOND, 20L)));
        assertThat(consumer.position(FIRST)).isEqualTo(15);
        assertThat(consumer.position(SECOND)).isEqualTo(21);
        assertThat(lost).containsExactlyInAnyOrder("orders0 10-15", "orders1 20-21");
        assertThat(consumer.committed(Set.of(FIRST, SECOND)))
                .as("an idle partition does not report its loss again")
                .isEqualTo(Map.of(FIRST, new OffsetAndMetadata(15), SECOND, new OffsetAndMetadata(21)));
    }

    @Test
    void commitsNothingWhileEarlierRecordsAreUncommitted() {
        beginnings(15, 21);
        consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(7)));
        range.seek(consumer, new OffsetOutOfRangeException(Map.of(FIRST, 10L)));
        assertThat(consumer.committed(Set.of(FIRST))).containsEntry(FIRST, new OffsetAndMetadata(7));
        assertThat(lost).containsExactly("orders0 10-15");
    }

    @Test
    void leavesOtherPartitionsAlone() {
        beginnings(15, 21);
        range.seek(consumer, new OffsetOutOfRangeException(Map.of(FIRST, 10L)));
        assertThat(consumer.position(SECOND)).isEqualTo(20);
        assertThat(lost).containsExactly("orders0 10-15");
    }

    @Test
    void stopsIfTheLogEndsBeforeThePosition() {
        beginnings(0, 0);
        consumer.updateEndOffsets(Map.of(FIRST, 4L));
        assertThatThrownBy(() -> range.seek(consumer, new OffsetOutOfRangeException(Map.of(FIRST, 10L))))
                .isInstanceOf(StopException.class)
                .hasMessageContainingAll("orders, partition 0", "offset 10", "ends at 4", "--to-offset 4")
                .message()
                .hasLineCount(1);
        assertThat(consumer.position(FIRST)).isEqualTo(10);
        assertThat(lost).isEmpty();
    }

    @Test
    void namesTheOffsetFromWhichTheLogDiffers() {
        beginnings(10, 0);
        Map<TopicPartition, OffsetAndMetadata> divergent = new HashMap<>();
        divergent.put(FIRST, new OffsetAndMetadata(7, Optional.of(3), null));
        assertThatThrownBy(() -> range.seek(consumer, new LogTruncationException(Map.of(FIRST, 10L), divergent)))
                .isInstanceOf(StopException.class)
                .hasMessageContainingAll("differs from 7", "--to-offset 7");
    }

    @Test
    void positionStaysWhileTheClusterDoesNotRespond() {
        beginnings(15, 21);
        consumer.setOffsetsException(new TimeoutException("not now"));
        range.seek(consumer, new OffsetOutOfRangeException(Map.of(FIRST, 10L)));
        assertThat(consumer.position(FIRST)).isEqualTo(10);
        assertThat(lost).isEmpty();
    }
}
