package io.sidetrack.sandbox;

import io.sidetrack.common.lane.DefaultNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates, fills and reads topics of a sandbox broker or cluster. Thread-safe except for {@link #close}. */
public final class SandboxTopics implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Map<String, Object> client;
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;

    public SandboxTopics(String bootstrapServers) {
        this(bootstrapServers, Map.of());
    }

    /** @param security further client properties, such as those of {@link BrokerSecurity#client} */
    public SandboxTopics(String bootstrapServers, Map<String, Object> security) {
        this.client = new HashMap<>(security);
        client.put("bootstrap.servers", bootstrapServers);
        this.admin = Admin.create(client);
        this.producer = new KafkaProducer<>(with("linger.ms", 5), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> with(String property, Object value) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(property, value);
        return properties;
    }

    /** Creates a topic with a replica on every broker, and returns when every partition has a leader. */
    public void create(String topic, int partitions, Map<String, String> configs) {
        result(admin.createTopics(
                        List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(configs)))
                .all());
        long start = System.nanoTime();
        while (true) {
            try {
                var description = result(admin.describeTopics(List.of(topic)).allTopicNames())
                        .get(topic);
                if (description.partitions().size() == partitions
                        && description.partitions().stream().allMatch(partition -> partition.leader() != null)) {
                    return;
                }
            } catch (SandboxException e) {
                // A broker does not know the topic before it has replicated the metadata.
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** Creates a topic with the configuration that a lane requires. */
    public void createLane(String topic, int partitions) {
        create(topic, partitions, Map.of("message.timestamp.type", "LogAppendTime"));
    }

    /** Creates a backfill lane, and the topic for its parked records. */
    public void createBackfillLane(String topic, int partitions) {
        createLane(topic, partitions);
        createLane(DefaultNames.parkedTopic(topic), partitions);
    }

    /** Sends records, and returns when all are acknowledged. */
    public void send(List<ProducerRecord<byte[], byte[]>> records) {
        List<Exception> failures = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
            });
        }
        producer.flush();
        if (!failures.isEmpty()) {
            throw new SandboxException(failures.size() + " records were rejected", failures.get(0));
        }
    }

    /**
     * All committed records of a topic, up to its present end; in order within a partition.
     */
    public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                with("isolation.level", "read_committed"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** The end offset of each partition of a topic. */
    public Map<TopicPartition, Long> ends(String topic) {
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.endOffsets(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList());
        }
    }

    /** The number of offsets that a topic has had, over all partitions: of records, and of transaction markers. */
    public long written(String topic) {
        return latest(topic, IsolationLevel.READ_UNCOMMITTED).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * True if a topic has records of a transaction whose marker it does not have. A group's offsets can be committed a moment
     * before the records of the same transaction.
     */
    public boolean hasOpenTransaction(String topic) {
        return !latest(topic, IsolationLevel.READ_COMMITTED).equals(latest(topic, IsolationLevel.READ_UNCOMMITTED));
    }

    private Map<TopicPartition, Long> latest(String topic, IsolationLevel level) {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        result(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions()
                .forEach(partition ->
                        partitions.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        result(admin.listOffsets(partitions, new ListOffsetsOptions(level)).all())
                .forEach((partition, latest) -> offsets.put(partition, latest.offset()));
        return offsets;
    }

    /** A group's committed offsets, by partition. */
    public Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> committed =
                result(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        committed.forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition, offset.offset());
            }
        });
        return offsets;
    }

    /** The number of records of a topic, over all partitions, that a group has not committed. */
    public long lag(String group, String topic) {
        Map<TopicPartition, Long> committed = committed(group);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            return consumer.endOffsets(partitions).entrySet().stream()
                    .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), starts.get(end.getKey())))
                    .sum();
        }
    }

    /** The admin client, for operations that this class does not have. */
    public Admin admin() {
        return admin;
    }

    private static <T> T result(KafkaFuture<T> future) {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxException("the broker did not complete the operation", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
