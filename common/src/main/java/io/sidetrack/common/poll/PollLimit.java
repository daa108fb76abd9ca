package io.sidetrack.common.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** Limits the bytes that a stream thread has polled and not processed. Used on the stream thread only. */
public final class PollLimit {
    /** The property that passes the limit, in bytes, to the consumers of Streams. */
    public static final String CONFIG = "sidetrack.poll.bytes";

    /** The documentation of the services' setting. */
    public static final String SETTING =
            "Bytes, after decompression, that one stream thread may have read and not processed."
                    + " 0: a sixteenth of the heap, shared by the stream threads, but at least 1 MB and at most 64 MB each.";

    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final long LEAST_BYTES = 1024L * 1024;
    private static final int SHARE_OF_HEAP = 16;

    private final long bytes;
    private final RecordMeter meter = new RecordMeter();
    /** The partitions that this class has paused for the current poll; empty between polls. */
    private final Set<TopicPartition> paused = new HashSet<>();

    PollLimit(long bytes) {
        this.bytes = bytes;
    }

    static PollLimit in(Map<String, ?> config) {
        return new PollLimit(config.get(CONFIG) instanceof Long limit ? limit : bytes(0, 1));
    }

    /**
     * The limit of one stream thread.
     *
     * @param bytes the value of the setting; 0 for a share of the heap
     * @param threads the number of threads that share the heap
     */
    public static long bytes(long bytes, int threads) {
        return bytes > 0
                ? bytes
                : Math.max(
                        LEAST_BYTES, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / threads));
    }

    /** The deserializer for the keys and values of the polled consumer. */
    Deserializer<byte[]> deserializer() {
        return meter.deserializer();
    }

    /** Polls, and reads no more than there is room for. Without room, it polls without reading, to stay in the group. */
    ConsumerRecords<byte[], byte[]> poll(UnlimitedConsumer consumer, Duration timeout) {
        UnprocessedRecords unprocessed = UnprocessedRecords.ofThisThread();
        long room = bytes - unprocessed.bytes();
        return room > 0 ? read(consumer, timeout, room, unprocessed) : withoutReading(consumer, timeout, unprocessed);
    }

    private ConsumerRecords<byte[], byte[]> read(
            UnlimitedConsumer consumer, Duration timeout, long room, UnprocessedRecords unprocessed) {
        meter.begin(room);
        ConsumerRecords<byte[], byte[]> records = consumer.poll().apply(timeout);
        if (!records.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.key() == null && record.value() == null) {
                    meter.addEmpty(record.headers());
                }
            }
            unprocessed.polled(records, meter.bytes());
        }
        return records;
    }

    private ConsumerRecords<byte[], byte[]> withoutReading(
            UnlimitedConsumer consumer, Duration timeout, UnprocessedRecords unprocessed) {
        paused.addAll(consumer.assignment().get());
        paused.removeAll(consumer.paused().get());
        consumer.pause().accept(paused);
        try {
            // With a limit, because a partition that is assigned during this poll is not paused.
            return read(consumer, timeout, bytes, unprocessed);
        } finally {
            paused.retainAll(consumer.assignment().get());
            consumer.resume().accept(paused);
            paused.clear();
        }
    }

    /** Keeps partitions paused if Streams itself pauses them during a poll without reading. */
    void pausedByStreams(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
    }
}
