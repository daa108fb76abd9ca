package io.sidetrack.writer.watch;

import io.sidetrack.writer.share.PartitionOffsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Reads a group's commits and the ends of a lane's partitions from the brokers. Thread-safe. */
public final class LaneOffsets {
    private final Admin admin;
    private final String topic;
    private final String group;
    private final Duration limit;

    /**
     * @param admin not closed by this class
     * @param limit the time limit of a call
     */
    public LaneOffsets(Admin admin, String topic, String group, Duration limit) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
        this.limit = limit;
    }

    String topic() {
        return topic;
    }

    /** The number of partitions. */
    int partitions() throws ExecutionException, TimeoutException, InterruptedException {
        return result(admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
                .partitions()
                .size();
    }

    /** The offsets by partition: first all commits are read, then all ends. */
    Map<Integer, PartitionOffsets> read(Collection<Integer> numbers)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (numbers.isEmpty()) {
            return Map.of();
        }
        Set<TopicPartition> partitions = new HashSet<>();
        numbers.forEach(number -> partitions.add(new TopicPartition(topic, number)));
        Map<TopicPartition, OffsetAndMetadata> committed = result(admin.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)))
                .partitionsToOffsetAndMetadata(group));
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Set<TopicPartition> uncommitted = new HashSet<>(partitions);
        uncommitted.removeIf(partition -> committed.get(partition) != null);
        Map<TopicPartition, Long> starts =
                uncommitted.isEmpty() ? Map.of() : offsets(uncommitted, OffsetSpec.earliest());
        Map<Integer, PartitionOffsets> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata position = committed.get(partition);
            long from = position == null ? starts.get(partition) : position.offset();
            offsets.put(partition.partition(), new PartitionOffsets(from, ends.get(partition)));
        }
        return offsets;
    }

    private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        partitions.forEach(partition -> request.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        result(admin.listOffsets(request, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private <T> T result(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
}
