package io.sidetrack.common.control;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the records of the control topic, from its beginning and then as they arrive. The topic need not exist yet. Used by one thread. */
final class ControlReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Duration timeout;

    /** @param timeout how long a read to the end may take */
    ControlReader(Consumer<byte[], byte[]> consumer, String topic, Duration timeout) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, ControlTopic.ONLY_PARTITION);
        this.timeout = timeout;
    }

    /**
     * Reads to the end of the topic.
     *
     * @param limit how long to wait for the first record
     * @param to receives each record; some even if this method throws
     * @return false if the end was not reached within the timeout
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read at the moment; call again
     */
    boolean read(Duration limit, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to) {
        if (!find()) {
            return true;
        }
        long start = System.nanoTime();
        boolean atEnd;
        do {
            consumer.poll(limit).forEach(to);
            // Older settings never take effect, not even between two polls.
            atEnd = consumer.currentLag(partition).orElse(0) == 0;
        } while (!atEnd && System.nanoTime() - start < timeout.toNanos());
        return atEnd;
    }

    /**
     * Reads everything that the topic contains at the time of the call. Unlike {@link #read}, it does not rely on what the last
     * response said about the end, and does not wait for records.
     *
     * @param to receives each record; some even if this method throws
     * @return false if the end was not reached within the timeout
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read at the moment; call again
     */
    boolean readPresent(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to) {
        if (!find()) {
            return true;
        }
        long start = System.nanoTime();
        long end = consumer.endOffsets(List.of(partition), timeout).get(partition);
        while (consumer.position(partition, timeout) < end) {
            if (System.nanoTime() - start > timeout.toNanos()) {
                return false;
            }
            consumer.poll(POLL).forEach(to);
        }
        return true;
    }

    /** Finds the topic, unless it has been found before. */
    private boolean find() {
        if (consumer.assignment().isEmpty()) {
            // Requested by name, because a list of all topics omits those that this principal may not describe.
            if (consumer.partitionsFor(partition.topic(), timeout).isEmpty()) {
                return false;
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
        }
        return true;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
