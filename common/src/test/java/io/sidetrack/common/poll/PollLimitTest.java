package io.sidetrack.common.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class PollLimitTest {
    private static final int KB = 1024;
    private static final TopicPartition ONE = new TopicPartition("topic", 1);
    private static final TopicPartition TWO = new TopicPartition("topic", 2);

    private final Fetched consumer = new Fetched();
    private UnprocessedRecords.OpenPartition one =
            UnprocessedRecords.ofThisThread().open(1);
    private final UnprocessedRecords.OpenPartition two =
            UnprocessedRecords.ofThisThread().open(2);

    /** Behaves like Kafka's consumer: a record that a deserializer rejects ends the poll and is offered again in the next. */
    private static final class Fetched {
        final PollLimit limit = new PollLimit(100 * KB);
        final Deque<ConsumerRecord<byte[], byte[]>> batches = new ArrayDeque<>();
        final Set<TopicPartition> assigned = new HashSet<>(Set.of(ONE, TWO));
        final Set<TopicPartition> paused = new HashSet<>();
        final UnlimitedConsumer unlimited = new UnlimitedConsumer(
                this::poll, () -> Set.copyOf(assigned), () -> Set.copyOf(paused), paused::addAll, this::resume);
        Runnable rebalance = () -> {};
        int polls;

        ConsumerRecords<byte[], byte[]> poll() {
            return limit.poll(unlimited, Duration.ZERO);
        }

        private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            polls++;
            rebalance.run();
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
            try {
                for (var record : List.copyOf(batches)) {
                    TopicPartition of = new TopicPartition(record.topic(), record.partition());
                    if (assigned.contains(of) && !paused.contains(of)) {
                        read(record.headers(), record.key());
                        read(record.headers(), record.value());
                        records.computeIfAbsent(of, any -> new ArrayList<>()).add(record);
                        batches.remove(record);
                    }
                }
            } catch (PollLimitException e) {
                assertThat(records).isNotEmpty();
            }
            return new ConsumerRecords<>(records, Map.of());
        }

        private void read(Headers headers, byte[] data) {
            if (data != null) {
                Deserializer<byte[]> deserializer = limit.deserializer();
                assertThat(deserializer.deserialize("topic", headers, ByteBuffer.wrap(data)))
                        .isEqualTo(data);
            }
        }

        private void resume(Collection<TopicPartition> partitions) {
            assertThat(assigned).containsAll(partitions);
            paused.removeAll(partitions);
        }
    }

    private void fetched(TopicPartition partition, int records, byte[] key, byte[] value) {
        fetched(partition, records, key, value, 0);
    }

    private void fetched(TopicPartition partition, int records, byte[] key, byte[] value, int headerBytes) {
        for (int i = 0; i < records; i++) {
            RecordHeaders headers = new RecordHeaders();
            if (headerBytes > 0) {
                headers.add("header", new byte[headerBytes]);
            }
            consumer.batches.add(new ConsumerRecord<>(
                    partition.topic(),
                    partition.partition(),
                    i,
                    0,
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    key,
                    value,
                    headers,
                    Optional.empty()));
        }
    }

    @Test
    void pollEndsWithTheRecordThatReachesTheLimit() {
        fetched(ONE, 30, null, new byte[10 * KB]);

        assertThat(consumer.poll().count()).isEqualTo(10);
        one.processed(9);
        assertThat(consumer.poll().count()).isEqualTo(10);
        one.processed(19);
        assertThat(consumer.poll().count()).isEqualTo(10);
    }

    @Test
    void keysValuesAndHeadersCount() {
        fetched(ONE, 30, new byte[4 * KB], new byte[3 * KB], 3 * KB);

        assertThat(consumer.poll().count()).isEqualTo(10);
    }

    @Test
    void recordLargerThanTheLimitIsReadAlone() {
        fetched(ONE, 2, new byte[500 * KB], new byte[500 * KB]);

        assertThat(consumer.poll().count()).isEqualTo(1);
        one.processed(0);
        assertThat(consumer.poll().count()).isEqualTo(1);
    }

    @Test
    void nothingIsReadWhileTheLimitIsUsedUp() {
        fetched(ONE, 11, null, new byte[10 * KB]);
        consumer.poll();

        assertThat(consumer.poll().count()).isZero();
        assertThat(consumer.polls).as("polls that keep the member in the group").isEqualTo(2);
        assertThat(consumer.paused).isEmpty();

        one.processed(8);
        assertThat(consumer.poll().count()).as("not all processed").isZero();

        one.processed(9);
        assertThat(consumer.poll().count()).isEqualTo(1);
    }

    @Test
    void pollReadsWhatRemainsOfTheLimit() {
        fetched(ONE, 6, null, new byte[10 * KB]);
        consumer.poll();
        fetched(TWO, 10, null, new byte[10 * KB]);

        assertThat(consumer.poll().count()).isEqualTo(4);
    }

    @Test
    void recordsWithoutKeyAndValueCountAfterThePoll() {
        fetched(ONE, 11, null, null, 10 * KB);

        assertThat(consumer.poll().count()).isEqualTo(11);
        fetched(ONE, 1, null, new byte[1]);
        assertThat(consumer.poll().count()).isZero();
    }

    @Test
    void recordsOfClosedPartitionsDoNotCount() {
        fetched(ONE, 11, null, new byte[10 * KB]);
        consumer.poll();
        assertThat(consumer.poll().count()).isZero();

        one.close();

        assertThat(consumer.poll().count()).isEqualTo(1);
    }

    @Test
    void recordsOfAnEarlierTaskOfThePartitionDoNotCount() {
        fetched(ONE, 11, null, new byte[10 * KB]);
        consumer.poll();
        assertThat(consumer.poll().count()).isZero();

        one = UnprocessedRecords.ofThisThread().open(1);

        assertThat(consumer.poll().count()).isEqualTo(1);
    }

    @Test
    void pollCountsUntilThePartitionsOfAllItsRecordsAreProcessed() {
        fetched(ONE, 5, null, new byte[10 * KB]);
        fetched(TWO, 6, null, new byte[10 * KB]);
        consumer.poll();

        one.processed(4);
        assertThat(consumer.poll().count()).isZero();

        two.processed(4);
        assertThat(consumer.poll().count()).isEqualTo(1);
    }

    @Test
    void partitionsPausedByStreamsStayPaused() {
        fetched(ONE, 11, null, new byte[10 * KB]);
        consumer.poll();
        consumer.unlimited.pause().accept(List.of(TWO));

        consumer.poll();

        assertThat(consumer.paused).containsExactly(TWO);
    }

    @Test
    void partitionsPausedByStreamsDuringAPollWithoutReadingStayPaused() {
        fetched(ONE, 11, null, new byte[10 * KB]);
        consumer.poll();
        consumer.rebalance = () -> {
            consumer.limit.pausedByStreams(List.of(TWO));
            consumer.unlimited.pause().accept(List.of(TWO));
        };

        consumer.poll();

        assertThat(consumer.paused).containsExactly(TWO);
    }

    @Test
    void partitionsLostDuringAPollWithoutReadingAreNotResumed() {
        fetched(ONE, 11, null, new byte[10 * KB]);
        consumer.poll();
        consumer.rebalance = () -> consumer.assigned.remove(TWO);

        consumer.poll();

        assertThat(consumer.paused).containsExactly(TWO);
    }

    @Test
    void ordinaryRecordsAreNotLimited() {
        fetched(ONE, 100, new byte[10], new byte[150]);

        assertThat(consumer.poll().count()).isEqualTo(100);
    }

    @Test
    void defaultIsAShareOfTheHeap() {
        long heap = Runtime.getRuntime().maxMemory();

        assertThat(PollLimit.bytes(0, 1)).isEqualTo(Math.min(64L << 20, heap / 16));
        assertThat(PollLimit.bytes(0, 1_000_000)).isEqualTo(1 << 20);
        assertThat(PollLimit.bytes(5, 2)).isEqualTo(5);
    }
}
