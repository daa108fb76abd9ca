package io.sidetrack.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Records of spaces, which are a thousand times larger in memory than compressed on disk: a fetch of 1 MB returns 1 GB of
 * them. Each record has a key of its own and a header.
 *
 * @param bytes the size of each value
 */
public record SwellingRecords(String bootstrapServers, int bytes) {
    private static final int MAX_POLL_RECORDS = 20;

    /** Sends records to a partition, compressed with a codec, and returns when all are acknowledged. */
    public void send(String topic, int partition, String codec, int count) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "compression.type",
                codec,
                "batch.size",
                16 * bytes,
                "linger.ms",
                50,
                "max.request.size",
                64 * bytes,
                "buffer.memory",
                64L * bytes));
        byte[] value = spaces();
        List<Future<?>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(topic, partition, (partition + "/" + i).getBytes(UTF_8), value);
                record.headers().add("header", new byte[] {1});
                sent.add(producer.send(record));
            }
            for (Future<?> one : sent) {
                var unused = one.get();
            }
        } catch (ExecutionException e) {
            throw new SandboxException("a record was rejected", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /**
     * Reads all committed records of a topic, up to its present end.
     *
     * @return for each key, the number of records that have the value that was sent
     */
    public Map<String, Long> read(String topic) {
        byte[] value = spaces();
        List<String> keys = new ArrayList<>();
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "max.poll.records",
                MAX_POLL_RECORDS);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Set<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .collect(Collectors.toSet());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (Arrays.equals(record.value(), value)) {
                        keys.add(new String(record.key(), UTF_8));
                    }
                }
            }
        }
        return keys.stream().collect(Collectors.groupingBy(key -> key, Collectors.counting()));
    }

    private byte[] spaces() {
        byte[] spaces = new byte[bytes];
        Arrays.fill(spaces, (byte) ' ');
        return spaces;
    }
}
