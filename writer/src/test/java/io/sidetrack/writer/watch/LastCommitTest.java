package io.sidetrack.writer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LastCommitTest {
    @Test
    void coversWhatWasTakenInOnlyIfEveryPartitionIsCommittedBehindItsLastRecord() {
        LastCommit last = new LastCommit("orders", () -> Map.of(partition(0), at(11), partition(1), at(5)));
        assertThat(last.covers(Map.of(0, 10L, 1, 4L))).isTrue();
        assertThat(last.covers(Map.of(0, 10L, 1, 5L))).as("one record short").isFalse();
        assertThat(last.covers(Map.of(2, 0L))).as("nothing committed").isFalse();
    }

    @Test
    void doesNotCoverWhatTheBrokersDoNotConfirm() {
        LastCommit last = new LastCommit("orders", () -> {
            throw new IllegalStateException("no answer");
        });
        assertThat(last.covers(Map.of(0, 10L))).isFalse();
        assertThat(last.covers(Map.of())).as("nothing to confirm").isTrue();
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("orders", number);
    }

    private static OffsetAndMetadata at(long offset) {
        return new OffsetAndMetadata(offset);
    }
}
