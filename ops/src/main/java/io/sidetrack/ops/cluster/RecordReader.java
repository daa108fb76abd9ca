package io.sidetrack.ops.cluster;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.ops.OpsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads committed records without a group. */
public final class RecordReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RecordReader() {}

    /** The timestamps of the first records from some offsets on, one a partition where there is one. */
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
            while (!open.isEmpty() && System.nanoTime() - start < PATIENCE.toNanos()) {
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
                // What is there can be an aborted transaction's only.
                Map<TopicPartition, Long> ends = consumer.endOffsets(open);
                open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            }
            return timestamps;
        } catch (KafkaException e) {
            throw new OpsException("records cannot be read: " + e.getMessage(), e);
        }
    }

    /** Hands every record of a topic to a consumer, from its beginning to where it ends now. */
    public static void all(
            KafkaProperties client,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> to) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(client)) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long heard = System.nanoTime();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw new OpsException(
                            "nothing more could be read within 30 s; a transaction may be open, or a leader be missing");
                }
                records.forEach(to);
            }
        } catch (KafkaException e) {
            throw new OpsException("records cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Hands the committed records of some ranges to a consumer, in the order of each partition.
     *
     * @param ranges where to begin and to end; an end may be the end of the log
     * @param patience how long nothing may be read: a transaction that is open can end, a leader can be elected
     * @param passed receives how many offsets of all ranges lie behind, after each poll
     * @throws OpsException if nothing could be read for so long; it names the place
     */
    public static void ranges(
            KafkaProperties client,
            Map<TopicPartition, OffsetRange> ranges,
            Duration patience,
            Consumer<ConsumerRecord<byte[], byte[]>> to,
            LongConsumer passed) {
        Map<TopicPartition, OffsetRange> open = new HashMap<>(ranges);
        open.values().removeIf(span -> span.start() >= span.end());
        long total = open.values().stream().mapToLong(OffsetRange::length).sum();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(client)) {
            consumer.assign(open.keySet());
            open.forEach((partition, span) -> consumer.seek(partition, span.start()));
            long heard = System.nanoTime();
            long before = 0;
            while (!open.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    OffsetRange span = open.get(new TopicPartition(record.topic(), record.partition()));
                    if (span != null && record.offset() < span.end()) {
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
                passed.accept(total - left);
                if (total - left > before) {
                    before = total - left;
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > patience.toNanos()) {
                    throw stuck(consumer, open.keySet(), patience);
                }
            }
        } catch (KafkaException e) {
            throw new OpsException("records cannot be read: " + e.getMessage(), e);
        }
    }

    private static OpsException stuck(
            KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> open, Duration patience) {
        TopicPartition first = open.iterator().next();
        return new OpsException(
                ("%s, partition %d, offset %d: nothing could be read within %d s, nor in %d other partitions; a"
                                + " transaction is open there (`kafka-transactions.sh find-hanging` shows whether it"
                                + " hangs), or the partition has no leader")
                        .formatted(
                                first.topic(),
                                first.partition(),
                                consumer.position(first),
                                patience.toSeconds(),
                                open.size() - 1));
    }

    static KafkaConsumer<byte[], byte[]> consumer(KafkaProperties client) {
        Map<String, Object> properties = client.consumer();
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", "read_committed");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
