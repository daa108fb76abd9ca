package io.sidetrack.common.control;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What an operator wants of a group's writers, as it changes. The topic need not be there yet. For one thread.
 */
public final class SteeringFeed implements AutoCloseable {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final byte[] key;
    private final Duration patience;

    SteeringFeed(Consumer<byte[], byte[]> consumer, String topic, byte[] key, Duration patience) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, 0);
        this.key = key;
        this.patience = patience;
    }

    /**
     * Waits for a change.
     *
     * @param limit how long
     * @return the newest, if there is one that was not returned before
     * @throws IOException if what was put there is no steering
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read just now
     */
    public Optional<Steering> next(Duration limit) throws IOException {
        if (consumer.assignment().isEmpty()) {
            if (!consumer.listTopics(patience).containsKey(partition.topic())) {
                return Optional.empty();
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
        }
        Optional<Steering> newest = Optional.empty();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(limit)) {
            if (Arrays.equals(record.key(), key)) {
                newest = Optional.of(
                        record.value() == null
                                ? Steering.NONE
                                : ControlTopic.JSON.readValue(record.value(), Steering.class));
            }
        }
        return newest;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
