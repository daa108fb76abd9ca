package io.sidetrack.ops.cluster;

import io.sidetrack.common.poll.BoundedConsumer;
import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.ops.OpsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads committed records without a consumer group. */
public final class RecordReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** Kafka's default. */
    private static final long MAX_FETCH_BYTES = 50L * 1024 * 1024;

    private RecordReader() {}

    /**
     * The timestamps of the first records from some offsets on, one for each partition that has a record there.
     *
     * @throws OpsException if records cannot be read
     */
    public static List<Long> firstTimestamps(KafkaProperties client, Map<TopicPartition, Long> from) {
        List<Long> timestamps = new ArrayList<>();
        if (from.isEmpty()) {
            return timestamps;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(client.with(Map.of("max.poll.records", "1")))) {
            Set<TopicPartition> open = new HashSet<>(from.keySet());
            long start = System.nanoTime();
            consumer.assign(open);
            from.forEach(consumer::seek);
            while (!open.isEmpty() && System.nanoTime() - start < TIMEOUT.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    timestamps.add(record.timestamp());
                    open.remove(new TopicPartition(record.topic(), record.partition()));
                }
                if (!consumer.assignment().equals(open)) {
                    Map<TopicPartition, Long> rest = new HashMap<>(from);
                    rest.keySet().retainAll(open);
                    consumer.assign(open);
                    rest.forEach(consumer::seek);
                }
                // The offsets that are left may all belong to aborted transactions.
                Map<TopicPartition, Long> ends = consumer.endOffsets(open);
                open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            }
            return timestamps;
        } catch (KafkaException e) {
            throw unreadable(e);
        }
    }

    /** The failure of a reader. */
    public static OpsException unreadable(KafkaException e) {
        return new OpsException("records cannot be read: " + e.getMessage(), e);
    }

    /**
     * Passes the committed records of some ranges to a consumer, in the order of each partition.
     *
     * @param ranges the offsets to read; a range may end at the end of the log
     * @param timeout how long to wait without progress: an open transaction can end, a leader can be elected
     * @param progress receives the number of offsets that have been read, after each poll
     * @throws OpsException if nothing can be read for that long; the message names the first such partition
     */
    public static void ranges(
            KafkaProperties client,
            Map<TopicPartition, OffsetRange> ranges,
            Duration timeout,
            Consumer<ConsumerRecord<byte[], byte[]>> to,
            LongConsumer progress) {
        read(client, IsolationLevel.READ_COMMITTED, ranges, timeout, to, progress);
    }

    /** As {@link #ranges}, with the records of open and aborted transactions. */
    public static void uncommitted(
            KafkaProperties client,
            Map<TopicPartition, OffsetRange> ranges,
            Duration timeout,
            Consumer<ConsumerRecord<byte[], byte[]>> to) {
        read(client, IsolationLevel.READ_UNCOMMITTED, ranges, timeout, to, offsets -> {});
    }

    private static void read(
            KafkaProperties client,
            IsolationLevel level,
            Map<TopicPartition, OffsetRange> ranges,
            Duration timeout,
            Consumer<ConsumerRecord<byte[], byte[]>> to,
            LongConsumer progress) {
        Map<TopicPartition, OffsetRange> open = new HashMap<>(ranges);
        open.values().removeIf(range -> range.start() >= range.end());
        if (open.isEmpty()) {
            return;
        }
        long total = open.values().stream().mapToLong(OffsetRange::length).sum();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(client, level)) {
            consumer.assign(open.keySet());
            open.forEach((partition, range) -> consumer.seek(partition, range.start()));
            long advancedNanos = System.nanoTime();
            long before = 0;
            while (!open.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    OffsetRange range = open.get(new TopicPartition(record.topic(), record.partition()));
                    if (range != null && record.offset() < range.end()) {
                        to.accept(record);
                    }
                }
                Set<TopicPartition> done = new HashSet<>();
                long left = 0;
                for (Map.Entry<TopicPartition, OffsetRange> range : open.entrySet()) {
                    long position = consumer.position(range.getKey());
                    if (position >= range.getValue().end()) {
                        done.add(range.getKey());
                    } else {
                        left += range.getValue().end() - position;
                    }
                }
                consumer.pause(done);
                open.keySet().removeAll(done);
                progress.accept(total - left);
                if (total - left > before) {
                    before = total - left;
                    advancedNanos = System.nanoTime();
                } else if (System.nanoTime() - advancedNanos > timeout.toNanos()) {
                    TopicPartition first = open.keySet().iterator().next();
                    throw stuck(first, consumer.position(first), open.size() - 1, timeout);
                }
            }
        } catch (KafkaException e) {
            throw unreadable(e);
        }
    }

    /**
     * The failure of a reader that made no progress.
     *
     * @param first one of the partitions that are not read to their end
     * @param others the number of other such partitions
     */
    public static OpsException stuck(TopicPartition first, long position, int others, Duration timeout) {
        return new OpsException(
                ("%s, partition %d, offset %d: nothing could be read within %d s, nor in %d other partitions; a"
                                + " transaction is open there (`kafka-transactions.sh find-hanging` shows whether it"
                                + " hangs), or the partition has no leader")
                        .formatted(first.topic(), first.partition(), position, timeout.toSeconds(), others));
    }

    /**
     * A consumer of committed records whose memory is bounded. A poll ends when its records, which are decompressed, reach a
     * share of the heap, and a fetch is limited to the same number of compressed bytes.
     */
    public static KafkaConsumer<byte[], byte[]> consumer(KafkaProperties client) {
        return new BoundedConsumer(properties(client, IsolationLevel.READ_COMMITTED));
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaProperties client, IsolationLevel level) {
        return new BoundedConsumer(properties(client, level));
    }

    static Map<String, Object> properties(KafkaProperties client, IsolationLevel level) {
        Map<String, Object> properties = client.consumer();
        long pollBytes = PollLimit.bytes(0, 1);
        properties.put(PollLimit.CONFIG, pollBytes);
        properties.putIfAbsent("fetch.max.bytes", Long.toString(Math.min(MAX_FETCH_BYTES, pollBytes)));
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", level.toString());
        // A topic that is deleted while it is read must stay deleted.
        properties.put("allow.auto.create.topics", false);
        return properties;
    }
}
