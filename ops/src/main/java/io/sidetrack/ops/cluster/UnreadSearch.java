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
 * Looks for a committed record that a group has not read. The difference of two offsets does not answer that: markers of
 * transactions have offsets, and so have aborted and compacted records.
 *
 * <p>The search reads up to where the topic ended when the group's standing was determined. It ends with the first record; at
 * that end; where an open transaction keeps a reader of committed records from going on; or, if no partition advances for
 * {@link #PATIENCE}, with an {@link OpsException}.
 */
public final class UnreadSearch {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Follows a search. */
    @FunctionalInterface
    public interface Progress {
        /** Not shown. */
        Progress NONE = (offsets, total) -> {};

        /**
         * Some more offsets were searched.
         *
         * @param offsets that were searched so far
         * @param total to search
         */
        void searched(long offsets, long total);
    }

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    /** By partition, where the search ends. A partition that was searched to there is removed. */
    private final SortedMap<Integer, Long> ends = new TreeMap<>();

    private UnreadSearch(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /**
     * Searches what a group has not read.
     *
     * @throws OpsException if the topic cannot be read
     */
    public static Unread search(KafkaProperties client, GroupPosition standing, Progress progress) {
        if (standing.lag() == 0) {
            return new Unread.Nothing();
        }
        // If retention deletes what is next, the search goes on with what is left.
        Map<String, String> properties = Map.of("max.poll.records", "1", "auto.offset.reset", "earliest");
        try (Consumer<byte[], byte[]> consumer = RecordReader.consumer(client.with(properties))) {
            return new UnreadSearch(consumer, standing.topic()).search(standing, progress);
        } catch (KafkaException e) {
            throw new OpsException(standing.topic() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Unread search(GroupPosition standing, Progress progress) {
        standing.partitions().forEach((partition, place) -> {
            if (place.lag() > 0) {
                ends.put(partition, place.span().end());
            }
        });
        consumer.assign(ends.keySet().stream().map(this::named).toList());
        ends.keySet()
                .forEach(partition -> consumer.seek(
                        named(partition), standing.partitions().get(partition).next()));
        long total = standing.lag();
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
                return new Unread.OpenTransaction(first, consumer.position(named(first), PATIENCE));
            } else if (System.nanoTime() - advancedNanos > PATIENCE.toNanos()) {
                throw new OpsException("%s, partition %d: nothing could be read for %d s; check that its leader is up"
                        .formatted(topic, ends.firstKey(), PATIENCE.toSeconds()));
            }
        }
        return new Unread.Nothing();
    }

    /** Removes the partitions that were searched to their ends, and returns how many offsets are left in the others. */
    private long endSearched() {
        long left = 0;
        for (Map.Entry<Integer, Long> end : Map.copyOf(ends).entrySet()) {
            TopicPartition partition = named(end.getKey());
            long rest = end.getValue() - consumer.position(partition, PATIENCE);
            if (rest > 0) {
                left += rest;
            } else {
                ends.remove(end.getKey());
                // What was written since would keep the others waiting.
                consumer.pause(List.of(partition));
            }
        }
        return left;
    }

    /** True if an open transaction is next in every partition that is left. */
    private boolean isBlocked() {
        List<TopicPartition> rest = ends.keySet().stream().map(this::named).toList();
        // For a reader of committed records a partition ends where its first open transaction begins.
        return consumer.endOffsets(rest, PATIENCE).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue()
                        && end.getValue() < ends.get(end.getKey().partition()));
    }

    private TopicPartition named(int partition) {
        return new TopicPartition(topic, partition);
    }
}
