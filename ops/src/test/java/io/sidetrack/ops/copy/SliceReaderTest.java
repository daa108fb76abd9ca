package io.sidetrack.ops.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.OffsetRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SliceReaderTest {
    private static final String TOPIC = "orders";

    private final TreeSet<Integer> assignedTogether = new TreeSet<>();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
        @Override
        public synchronized void assign(Collection<TopicPartition> partitions) {
            assignedTogether.add(partitions.size());
            super.assign(partitions);
        }
    };
    private long nanos;

    private static final class Seen implements SliceSource.Visitor {
        private final List<String> records = new ArrayList<>();
        private final Map<Integer, Long> positions = new TreeMap<>();

        @Override
        public void record(ConsumerRecord<byte[], byte[]> record) {
            records.add(record.partition() + ":" + record.offset());
        }

        @Override
        public void passed(int partition, long next) {
            positions.put(partition, next);
        }
    }

    private SliceReader reader(Map<Integer, OffsetRange> ranges, int parallel) {
        ranges.forEach((partition, range) -> {
            consumer.updateBeginningOffsets(Map.of(new TopicPartition(TOPIC, partition), 0L));
            consumer.updateEndOffsets(Map.of(new TopicPartition(TOPIC, partition), 1_000L));
        });
        return new SliceReader(consumer, TOPIC, new TreeMap<>(ranges), parallel, () -> nanos);
    }

    private void addRecords(long end) {
        for (TopicPartition partition : consumer.assignment()) {
            for (long offset = consumer.position(partition); offset < end; offset++) {
                consumer.addRecord(new ConsumerRecord<>(TOPIC, partition.partition(), offset, null, null));
            }
        }
    }

    @Test
    void readsFewPartitionsAtATimeAndEachToItsEnd() {
        Map<Integer, OffsetRange> ranges = new TreeMap<>();
        for (int partition = 0; partition < 5; partition++) {
            ranges.put(partition, new OffsetRange(partition, partition + 3));
        }
        ranges.put(5, new OffsetRange(7, 7));
        Seen seen = new Seen();
        try (SliceReader reader = reader(ranges, 2)) {
            for (int polls = 0; !reader.isDone(); polls++) {
                assertThat(polls).isLessThan(50);
                addRecords(20);
                reader.poll(seen);
            }
        }
        assertThat(seen.records)
                .containsExactlyInAnyOrder(
                        "0:0", "0:1", "0:2", "1:1", "1:2", "1:3", "2:2", "2:3", "2:4", "3:3", "3:4", "3:5", "4:4",
                        "4:5", "4:6");
        assertThat(seen.positions).isEqualTo(Map.of(0, 3L, 1, 4L, 2, 5L, 3, 6L, 4, 7L));
        assertThat(assignedTogether.last()).isEqualTo(2);
    }

    @Test
    void namesWhatWasDeletedMeanwhile() {
        try (SliceReader reader = reader(Map.of(3, new OffsetRange(100, 900)), 4)) {
            consumer.updateBeginningOffsets(Map.of(new TopicPartition(TOPIC, 3), 200L));
            consumer.setPollException(new OffsetOutOfRangeException(Map.of(new TopicPartition(TOPIC, 3), 100L)));
            assertThatThrownBy(() -> reader.poll(new Seen()))
                    .isInstanceOf(OpsException.class)
                    .hasMessageStartingWith("orders, partition 3: the offsets from 100 to 199 were deleted")
                    .hasMessageContaining("holds 200 to 999")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void namesATruncatedLog() {
        assertThat(SliceReader.missing(TOPIC, 1, new OffsetRange(5, 90), 0, 40))
                .hasMessageStartingWith("orders, partition 1: the partition ends at offset 40, before offset 90");
    }

    @Test
    void namesATruncatedLogThatHasGrownAgain() {
        assertThat(SliceReader.missing(TOPIC, 1, new OffsetRange(5, 90), 0, 400))
                .hasMessageStartingWith(
                        "orders, partition 1: the log was truncated, and has other records at offset 5 or later");
    }

    @Test
    void stopsAfterNinetySecondsWithoutProgress() {
        try (SliceReader reader = reader(Map.of(0, new OffsetRange(4, 9)), 4)) {
            nanos = 89_000_000_000L;
            reader.poll(new Seen());
            nanos = 91_000_000_000L;
            assertThatThrownBy(() -> reader.poll(new Seen()))
                    .isInstanceOf(OpsException.class)
                    .hasMessageStartingWith("orders, partition 0, offset 4: nothing could be read within 90 s");
        }
    }
}
