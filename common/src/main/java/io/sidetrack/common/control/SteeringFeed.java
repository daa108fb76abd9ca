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
 * The changes of an operator's settings for the writers of one group. The topic need not exist yet. An invalid record is skipped
 * with a warning. Used by one thread.
 */
public final class SteeringFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SteeringFeed.class);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final String name;
    private final Duration timeout;
    private final Runnable onRejected;
    /** The records that were read but not returned, because the topic could not be read to its end. */
    private LastValidValue<Steering> newest;

    SteeringFeed(Consumer<byte[], byte[]> consumer, String topic, String name, Duration timeout, Runnable onRejected) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, ControlTopic.ONLY_PARTITION);
        this.name = name;
        this.timeout = timeout;
        this.onRejected = onRejected;
        this.newest = nothing();
    }

    /**
     * Waits for a change.
     *
     * @param limit how long to wait
     * @return the newest valid settings, if they have not been returned before
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read at the moment; call again
     */
    public Optional<Steering> next(Duration limit) {
        if (consumer.assignment().isEmpty()) {
            // Requested by name, because a list of all topics omits those that this principal may not describe.
            if (consumer.partitionsFor(partition.topic(), timeout).isEmpty()) {
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
            // Older settings never take effect, not even between two polls.
        } while (consumer.currentLag(partition).orElse(0) > 0 && System.nanoTime() - start < timeout.toNanos());
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
