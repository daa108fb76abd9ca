package io.sidetrack.ops.cluster;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.ops.OpsException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Searches for a committed record that a group has not read. The lag does not show whether there is one, because transaction
 * markers, aborted records and compacted records have offsets too.
 *
 * <p>The search covers the topic up to its end at the time when the position of the group was determined. It ends at the first
 * record, at that end, at an open transaction, or with an {@link OpsException} if no partition advances for {@link #TIMEOUT}.
 */
public final class UnreadSearch {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Receives the progress of a search. */
    @FunctionalInterface
    public interface Progress {
        /** Ignores the progress. */
        Progress NONE = (offsets, total) -> {};

        /**
         * Called when more offsets have been searched.
         *
         * @param offsets the number of offsets that have been searched
         * @param total the number of offsets to search
         */
        void searched(long offsets, long total);
    }

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    /** The ends of the search, by partition. A partition that is searched completely is removed. */
    private final SortedMap<Integer, Long> ends = new TreeMap<>();

    private UnreadSearch(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /**
     * Searches the part of a topic that a group has not read.
     *
     * @throws OpsException if the topic cannot be read
     */
    public static Unread search(KafkaProperties client, GroupPosition position, Progress progress) {
        if (position.lag() == 0) {
            return new Unread.Nothing();
        }
        // If retention deletes the next record, the search continues with what is left.
        Map<String, String> properties = Map.of("max.poll.records", "1", "auto.offset.reset", "earliest");
        try (Consumer<byte[], byte[]> consumer = RecordReader.consumer(client.with(properties))) {
            return new UnreadSearch(consumer, position.topic()).search(position, progress);
        } catch (KafkaException e) {
            throw new OpsException(position.topic() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Unread search(GroupPosition position, Progress progress) {
        position.partitions().forEach((partition, at) -> {
            if (at.lag() > 0) {
                ends.put(partition, at.range().end());
            }
        });
        consumer.assign(ends.keySet().stream().map(this::named).toList());
        ends.keySet()
                .forEach(partition -> consumer.seek(
                        named(partition), position.partitions().get(partition).next()));
        long total = position.lag();
        long left = total;
        long advancedNanos = System.nanoTime();
        while (!ends.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.getOrDefault(record.partition(), 0L)) {
                    return new Unread.Records(record.partition(), record.offset());
                }
            }
            long before = left;
            left = endSearched();
            if (left < before) {
                advancedNanos = System.nanoTime();
                progress.searched(total - left, total);
            } else if (isBlocked()) {
                int first = ends.firstKey();
                return new Unread.OpenTransaction(first, consumer.position(named(first), TIMEOUT));
            } else if (System.nanoTime() - advancedNanos > TIMEOUT.toNanos()) {
                throw new OpsException("%s, partition %d: nothing could be read for %d s; check that its leader is up"
                        .formatted(topic, ends.firstKey(), TIMEOUT.toSeconds()));
            }
        }
        return new Unread.Nothing();
    }

    /** Removes the partitions that are searched completely, and returns the number of offsets left in the others. */
    private long endSearched() {
        long left = 0;
        for (Map.Entry<Integer, Long> end : Map.copyOf(ends).entrySet()) {
            TopicPartition partition = named(end.getKey());
            long rest = end.getValue() - consumer.position(partition, TIMEOUT);
            if (rest > 0) {
                left += rest;
            } else {
                ends.remove(end.getKey());
                // Newer records of this partition would delay the others.
                consumer.pause(List.of(partition));
            }
        }
        return left;
    }

    /** True if all remaining partitions are at an open transaction. */
    private boolean isBlocked() {
        List<TopicPartition> rest = ends.keySet().stream().map(this::named).toList();
        // With read_committed, the end offset of a partition is the start of its first open transaction.
        return consumer.endOffsets(rest, TIMEOUT).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), TIMEOUT) >= end.getValue()
                        && end.getValue() < ends.get(end.getKey().partition()));
    }

    private TopicPartition named(int partition) {
        return new TopicPartition(topic, partition);
    }
}
