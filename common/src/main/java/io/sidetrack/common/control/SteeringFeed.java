package io.sidetrack.common.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator wants of a group's writers, as it changes. The topic need not be there yet. A record that is not valid is
 * skipped with a warning. For one thread.
 */
public final class SteeringFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SteeringFeed.class);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final String name;
    private final Duration patience;
    private final Runnable onRejected;
    /** What was read and not returned, because the topic could not be read to its end. */
    private LastValidValue<Steering> newest;

    SteeringFeed(Consumer<byte[], byte[]> consumer, String topic, String name, Duration patience, Runnable onRejected) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, ControlTopic.ONLY_PARTITION);
        this.name = name;
        this.patience = patience;
        this.onRejected = onRejected;
        this.newest = nothing();
    }

    /**
     * Waits for a change.
     *
     * @param limit how long
     * @return the newest valid one, if there is one that was not returned before
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read just now; ask again
     */
    public Optional<Steering> next(Duration limit) {
        if (consumer.assignment().isEmpty()) {
            // By its name: a list of all topics leaves out those that this principal may not describe.
            if (consumer.partitionsFor(partition.topic(), patience).isEmpty()) {
                return Optional.empty();
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
        }
        long start = System.nanoTime();
        do {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(limit)) {
                newest.add(record);
            }
            // What is older than the newest does not take effect, not even for the time of a poll.
        } while (consumer.currentLag(partition).orElse(0) > 0 && System.nanoTime() - start < patience.toNanos());
        LastValidValue<Steering> found = newest;
        newest = nothing();
        found.warnIfSkipped(log);
        return found.get();
    }

    private LastValidValue<Steering> nothing() {
        return new LastValidValue<>(name, Steering.class, Steering.NONE, onRejected);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
