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

/** Keeps what a stream thread has polled and not processed below a limit. Used on the stream thread only. */
public final class PollLimit {
    /** The property by which the consumers of Streams receive the limit, in bytes. */
    public static final String CONFIG = "sidetrack.poll.bytes";

    /** What the services' setting is. */
    public static final String SETTING =
            "Bytes, after decompression, that one stream thread may have read and not processed."
                    + " 0: a sixteenth of the heap, shared by the stream threads, but at least 1 MB and at most 64 MB each.";

    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final long LEAST_BYTES = 1024L * 1024;
    private static final int SHARE_OF_HEAP = 16;

    private final long bytes;
    private final RecordMeter meter = new RecordMeter();
    /** The partitions that this has paused for the poll that is under way; empty otherwise. */
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
     * @param bytes as it is set; 0 for a share of the heap
     * @param threads that share the heap
     */
    public static long bytes(long bytes, int threads) {
        return bytes > 0
                ? bytes
                : Math.max(
                        LEAST_BYTES, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / threads));
    }

    /** For the keys and the values of the consumer that is polled here. */
    Deserializer<byte[]> deserializer() {
        return meter.deserializer();
    }

    /** A consumer without limit. */
    interface Unlimited {
        ConsumerRecords<byte[], byte[]> poll(Duration timeout);

        Set<TopicPartition> assignment();

        Set<TopicPartition> paused();

        void pause(Collection<TopicPartition> partitions);

        void resume(Collection<TopicPartition> partitions);
    }

    /** Polls, and reads no more than there is room for. Without room it polls all the same, for the consumer's group. */
    ConsumerRecords<byte[], byte[]> poll(Unlimited consumer, Duration timeout) {
        UnprocessedRecords unprocessed = UnprocessedRecords.ofThisThread();
        long room = bytes - unprocessed.bytes();
        return room > 0 ? read(consumer, timeout, room, unprocessed) : withoutReading(consumer, timeout, unprocessed);
    }

    private ConsumerRecords<byte[], byte[]> read(
            Unlimited consumer, Duration timeout, long room, UnprocessedRecords unprocessed) {
        meter.begin(room);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
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
            Unlimited consumer, Duration timeout, UnprocessedRecords unprocessed) {
        paused.addAll(consumer.assignment());
        paused.removeAll(consumer.paused());
        consumer.pause(paused);
        try {
            // A partition that is assigned in this poll is not paused.
            return read(consumer, timeout, bytes, unprocessed);
        } finally {
            paused.retainAll(consumer.assignment());
            consumer.resume(paused);
            paused.clear();
        }
    }

    /** Streams itself pauses partitions, which then stay paused when a poll without reading is over. */
    void pausedByStreams(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
    }
}
