package io.sidetrack.writer.watch;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.writer.share.PartitionOffsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads single records of a lane, with a consumer that belongs to no group. Between two reads it has no partitions, so that it fetches
 * nothing and holds no records. {@link #close} may be called from another thread; it ends a read.
 */
public final class LaneReader implements LaneAge.RecordTimes, AutoCloseable {
    /** In all responses of one broker together; a single batch can be larger. */
    private static final int FETCH_BYTES = 1024 * 1024;

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final LongSupplier nanoClock;
    /** Guarded by this. */
    private boolean closed;

    LaneReader(Consumer<byte[], byte[]> consumer, String topic, LongSupplier nanoClock) {
        this.consumer = consumer;
        this.topic = topic;
        this.nanoClock = nanoClock;
    }

    /**
     * A reader with the user's Kafka properties.
     *
     * @throws org.apache.kafka.common.KafkaException if they are not valid for a consumer
     */
    public static LaneReader open(KafkaProperties kafka, String clientId, String topic) {
        Map<String, Object> config = kafka.consumer();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Records may have been deleted since the commit.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        Deserializer<byte[]> nothing = (name, data) -> null;
        return new LaneReader(new KafkaConsumer<>(config, nothing, nothing), topic, System::nanoTime);
    }

    @Override
    public synchronized Map<Integer, OptionalLong> read(Map<Integer, PartitionOffsets> partitions)
            throws InterruptedException {
        Map<Integer, OptionalLong> found = new HashMap<>();
        if (closed) {
            return found;
        }
        Map<Integer, PartitionOffsets> open = new HashMap<>(partitions);
        long start = nanoClock.getAsLong();
        try {
            assign(open);
            while (!open.isEmpty() && nanoClock.getAsLong() - start < LIMIT.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (open.containsKey(record.partition())) {
                        settle(record.partition(), OptionalLong.of(record.timestamp()), open, found);
                    }
                }
                for (int partition : List.copyOf(open.keySet())) {
                    if (isPast(partition, open.get(partition).end())) {
                        settle(partition, OptionalLong.empty(), open, found);
                    }
                }
            }
            return found;
        } catch (WakeupException e) {
            return found;
        } catch (InterruptException e) {
            throw new InterruptedException();
        } finally {
            if (!closed) {
                consumer.unsubscribe();
            }
        }
    }

    private void assign(Map<Integer, PartitionOffsets> partitions) {
        List<TopicPartition> assigned = new ArrayList<>();
        partitions.keySet().forEach(partition -> assigned.add(new TopicPartition(topic, partition)));
        consumer.assign(assigned);
        partitions.forEach(
                (partition, offsets) -> consumer.seek(new TopicPartition(topic, partition), offsets.committed()));
    }

    /** Reads no more of a partition, so that the others have their turn. */
    private void settle(
            int partition,
            OptionalLong timestampMs,
            Map<Integer, PartitionOffsets> open,
            Map<Integer, OptionalLong> found) {
        found.put(partition, timestampMs);
        open.remove(partition);
        consumer.pause(List.of(new TopicPartition(topic, partition)));
    }

    /** True if there is no record before this offset: the consumer has skipped markers and aborted records. */
    private boolean isPast(int partition, long end) {
        try {
            return consumer.position(new TopicPartition(topic, partition), POLL) >= end;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
