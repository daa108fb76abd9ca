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

    static KafkaConsumer<byte[], byte[]> consumer(KafkaProperties client) {
        Map<String, Object> properties = client.consumer();
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", "read_committed");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
