package io.sidetrack.adversarial;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic's committed records, from its beginning to where it ends when the reading begins. Unlike a list of them, it holds no
 * more than one poll: a topic of bombs is larger than any heap.
 */
record TopicRecords(String bootstrapServers, String topic) implements Iterable<ConsumerRecord<byte[], byte[]>> {
    @Override
    public Iterator<ConsumerRecord<byte[], byte[]>> iterator() {
        return new Reading();
    }

    private final class Reading implements Iterator<ConsumerRecord<byte[], byte[]>> {
        private final Consumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, Long> ends;
        private final Deque<ConsumerRecord<byte[], byte[]>> polled = new ArrayDeque<>();

        Reading() {
            consumer = new KafkaConsumer<>(
                    new HashMap<>(Map.of(
                            "bootstrap.servers",
                            bootstrapServers,
                            "isolation.level",
                            "read_committed",
                            "max.poll.records",
                            "50",
                            "max.partition.fetch.bytes",
                            "65536")),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            ends = consumer.endOffsets(partitions);
        }

        @Override
        public boolean hasNext() {
            while (polled.isEmpty()) {
                if (ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                    consumer.close();
                    return false;
                }
                consumer.poll(Duration.ofMillis(100)).forEach(polled::add);
            }
            return true;
        }

        @Override
        public ConsumerRecord<byte[], byte[]> next() {
            if (polled.isEmpty()) {
                throw new NoSuchElementException();
            }
            return polled.remove();
        }
    }
}
