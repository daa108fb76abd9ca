package io.sidetrack.common.status;

import io.sidetrack.common.settings.KafkaProperties;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what services have published about named backfills. The topic need not exist. Not thread-safe. */
public final class StatusReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int ONLY_PARTITION = 0;
    /** The time over which rates can be measured: longer than two commits of a writer. */
    private static final long WINDOW_MS = 60_000;

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Set<StatusKey> services;
    private final Duration timeout;
    private final Map<StatusKey, Deque<StatusEntry>> entries = new HashMap<>();

    /**
     * Opens a reader.
     *
     * @param services the groups, and the topics that they read; the partition does not matter
     * @param timeout how long a read may take
     */
    public static StatusReader open(KafkaProperties client, String topic, Set<StatusKey> services, Duration timeout) {
        Map<String, Object> properties = client.consumer();
        properties.put("enable.auto.commit", false);
        properties.put("allow.auto.create.topics", false);
        properties.put("auto.offset.reset", "earliest");
        return new StatusReader(
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                topic,
                services,
                timeout);
    }

    /** @param consumer closed with this reader */
    StatusReader(Consumer<byte[], byte[]> consumer, String topic, Set<StatusKey> services, Duration timeout) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, ONLY_PARTITION);
        this.services = services;
        this.timeout = timeout;
    }

    /**
     * Reads to the end of the topic, or what can be read within the timeout.
     *
     * @return false if the topic does not exist
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read
     */
    public boolean read() {
        if (consumer.assignment().isEmpty()) {
            if (consumer.partitionsFor(partition.topic(), timeout).isEmpty()) {
                return false;
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
        }
        long start = System.nanoTime();
        long end = consumer.endOffsets(List.of(partition), timeout).get(partition);
        while (consumer.position(partition, timeout) < end && System.nanoTime() - start < timeout.toNanos()) {
            consumer.poll(POLL).forEach(this::add);
        }
        return true;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        StatusJson.key(record)
                .filter(key -> services.stream().anyMatch(key::isOfSameServices))
                .ifPresent(key -> StatusJson.entry(record).ifPresent(entry -> add(key, entry)));
    }

    private void add(StatusKey key, StatusEntry entry) {
        Deque<StatusEntry> all = entries.computeIfAbsent(key, any -> new ArrayDeque<>());
        all.add(entry);
        // The first one may be older than the window: then the window has no other.
        while (all.size() > 2 && entry.atMs() - all.getFirst().atMs() > WINDOW_MS) {
            all.remove();
        }
    }

    /**
     * The entries of one service, of all partitions.
     *
     * @param service as in {@link StatusKey}
     * @return for each partition its last entries, oldest first; at least one
     */
    public Collection<List<StatusEntry>> entries(String service) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getKey().service().equals(service))
                .map(entry -> List.copyOf(entry.getValue()))
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
