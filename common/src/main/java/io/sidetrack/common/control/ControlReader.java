package io.sidetrack.common.control;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of the control topic, from its beginning and then as they arrive. The topic need not exist yet. If it was deleted
 * and created again, or its log was truncated, it is read from its beginning again. Used by one thread.
 */
final class ControlReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlReader.class);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Duration timeout;
    private final Runnable onRestart;
    private final LongSupplier nanoClock;

    /**
     * @param consumer without a reset of offsets that are out of range; closed with this reader
     * @param timeout how long a read to the end may take
     * @param onRestart called before the topic is read from its beginning again: what was read before does not count
     * @param nanoClock {@code System::nanoTime}, or a test's clock
     */
    ControlReader(
            Consumer<byte[], byte[]> consumer,
            String topic,
            Duration timeout,
            Runnable onRestart,
            LongSupplier nanoClock) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, ControlTopic.ONLY_PARTITION);
        this.timeout = timeout;
        this.onRestart = onRestart;
        this.nanoClock = nanoClock;
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
        long start = nanoClock.getAsLong();
        if (!find(start)) {
            return true;
        }
        boolean atEnd;
        do {
            if (!poll(limit, to)) {
                // Nothing that was read before counts, so that the result must not depend on a lag that is not known
                // yet.
                return readPresent(to, start);
            }
            // Older settings never take effect, not even between two polls.
            atEnd = consumer.currentLag(partition).orElse(0) == 0;
        } while (!atEnd && !left(start).isZero());
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
        return readPresent(to, nanoClock.getAsLong());
    }

    private boolean readPresent(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to, long start) {
        if (!find(start)) {
            return true;
        }
        long end = consumer.endOffsets(List.of(partition), left(start)).get(partition);
        if (position(start) > end) {
            // Without a poll, this would never be noticed.
            restart();
        }
        while (position(start) < end) {
            if (left(start).isZero()) {
                return false;
            }
            var unused = poll(POLL, to);
        }
        return true;
    }

    /** What is left of the timeout: several calls to a broker that is slow, or silent, must not take it once each. */
    private Duration left(long start) {
        return Duration.ofNanos(Math.max(0, timeout.toNanos() - (nanoClock.getAsLong() - start)));
    }

    /** The offset of the next record. A position that is being validated can turn out to be truncated here, as well as in a poll. */
    private long position(long start) {
        try {
            return consumer.position(partition, left(start));
        } catch (OffsetOutOfRangeException e) {
            restart();
            return consumer.position(partition, left(start));
        }
    }

    /** @return false if the topic is read from its beginning again */
    private boolean poll(Duration limit, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to) {
        try {
            consumer.poll(limit).forEach(to);
            return true;
        } catch (OffsetOutOfRangeException e) {
            restart();
            return false;
        }
    }

    private void restart() {
        log.warn(
                "control topic {}: it was created again, or its log was truncated; only what it contains now counts",
                partition.topic());
        onRestart.run();
        consumer.seekToBeginning(List.of(partition));
    }

    /** Finds the topic, unless it has been found before. */
    private boolean find(long start) {
        if (consumer.assignment().isEmpty()) {
            // Requested by name, because a list of all topics omits those that this principal may not describe.
            if (consumer.partitionsFor(partition.topic(), left(start)).isEmpty()) {
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
