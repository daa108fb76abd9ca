package io.sidetrack.ops.copy;

import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the committed records of a slice, without a consumer group. Only a few partitions are read at a time: where a topic is
 * tiered, each of them costs reads of remote storage, for which the brokers have few threads.
 *
 * <p>A partition ends when the consumer's position reaches the end of its range, whatever the records before it are: aborted
 * records, transaction markers and compacted records have offsets, but are never returned. A wait for the next record ends with a
 * failure after {@link #TIMEOUT} without progress. Not thread-safe.
 */
public final class SliceReader implements SliceSource, AutoCloseable {
    /** An open transaction can end, a leader can be elected. Longer than a transaction lasts by default. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final int parallel;
    private final LongSupplier nanoClock;
    private final String topic;
    /** The ranges that have not begun. */
    private final SortedMap<Integer, OffsetRange> waiting;
    /** The assigned partitions. */
    private final Map<TopicPartition, OffsetRange> open = new HashMap<>();
    /** The position of each assigned partition when it was last reported. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private long advancedNanos;

    /**
     * @param consumer closed with this reader; its {@code auto.offset.reset} is {@code none}, so that deleted records are noticed
     * @param parallel the maximum number of partitions that are read at a time
     */
    SliceReader(
            Consumer<byte[], byte[]> consumer,
            String topic,
            SortedMap<Integer, OffsetRange> ranges,
            int parallel,
            LongSupplier nanoClock) {
        this.consumer = consumer;
        this.topic = topic;
        this.waiting = new TreeMap<>(ranges);
        waiting.values().removeIf(range -> range.length() == 0);
        this.parallel = parallel;
        this.nanoClock = nanoClock;
        this.advancedNanos = nanoClock.getAsLong();
        assignMore();
    }

    /**
     * Opens a reader.
     *
     * @param parallel the maximum number of partitions that are read at a time
     */
    public static SliceReader open(
            Cluster cluster, String topic, SortedMap<Integer, OffsetRange> ranges, int parallel) {
        return new SliceReader(
                RecordReader.consumer(cluster.client().with(Map.of("auto.offset.reset", "none"))),
                topic,
                ranges,
                parallel,
                System::nanoTime);
    }

    @Override
    public boolean isDone() {
        return open.isEmpty() && waiting.isEmpty();
    }

    /**
     * Reads the next records, or waits for them for a moment.
     *
     * @throws OpsException if records of the slice were deleted, or nothing could be read for a long time
     */
    @Override
    public void poll(Visitor to) {
        if (isDone()) {
            return;
        }
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                OffsetRange range = open.get(new TopicPartition(record.topic(), record.partition()));
                if (range != null && record.offset() < range.end()) {
                    to.record(record);
                }
            }
            if (advance(to)) {
                advancedNanos = nanoClock.getAsLong();
            } else if (nanoClock.getAsLong() - advancedNanos > TIMEOUT.toNanos()) {
                TopicPartition first = open.keySet().iterator().next();
                throw RecordReader.stuck(first, positions.get(first), open.size() + waiting.size() - 1, TIMEOUT);
            }
        } catch (OffsetOutOfRangeException e) {
            throw gone(e);
        } catch (KafkaException e) {
            throw RecordReader.unreadable(e);
        }
    }

    /** Reports the positions. @return whether one of them has changed */
    private boolean advance(Visitor to) {
        boolean advanced = false;
        boolean ended = false;
        for (Map.Entry<TopicPartition, OffsetRange> range : Map.copyOf(open).entrySet()) {
            TopicPartition partition = range.getKey();
            long position =
                    Math.min(consumer.position(partition), range.getValue().end());
            if (position > positions.get(partition)) {
                positions.put(partition, position);
                to.passed(partition.partition(), position);
                advanced = true;
            }
            if (position == range.getValue().end()) {
                open.remove(partition);
                positions.remove(partition);
                ended = true;
            }
        }
        if (ended) {
            assignMore();
        }
        return advanced;
    }

    private void assignMore() {
        Map<TopicPartition, Long> starts = new HashMap<>();
        while (open.size() < parallel && !waiting.isEmpty()) {
            int first = waiting.firstKey();
            OffsetRange range = waiting.remove(first);
            TopicPartition partition = new TopicPartition(topic, first);
            open.put(partition, range);
            positions.put(partition, range.start());
            starts.put(partition, range.start());
        }
        // Partitions that stay assigned keep their position and what was fetched for them.
        consumer.assign(open.keySet());
        starts.forEach(consumer::seek);
    }

    private OpsException gone(OffsetOutOfRangeException e) {
        Map.Entry<TopicPartition, Long> first =
                e.offsetOutOfRangePartitions().entrySet().iterator().next();
        TopicPartition partition = first.getKey();
        OffsetRange range = open.getOrDefault(partition, new OffsetRange(first.getValue(), first.getValue()));
        try {
            long start = consumer.beginningOffsets(open.keySet()).getOrDefault(partition, 0L);
            long end = consumer.endOffsets(open.keySet()).getOrDefault(partition, 0L);
            return missing(topic, partition.partition(), new OffsetRange(first.getValue(), range.end()), start, end);
        } catch (KafkaException unknown) {
            return RecordReader.unreadable(e);
        }
    }

    /**
     * The failure of a slice that reaches beyond what its topic holds.
     *
     * @param wanted the part of the slice that is not read yet
     * @param start the first offset that the partition holds
     * @param end the offset after its last one
     */
    static OpsException missing(String topic, int partition, OffsetRange wanted, long start, long end) {
        if (wanted.start() >= start && wanted.end() <= end) {
            return new OpsException(
                    "%s, partition %d: the log was truncated, and has other records at offset %d or later; only a new run can continue"
                            .formatted(topic, partition, wanted.start()));
        }
        return new OpsException(
                wanted.start() < start
                        ? ("%s, partition %d: the offsets from %d to %d were deleted before they were read (the partition now"
                                        + " holds %d to %d); nothing was skipped, and only a new run that begins with what is"
                                        + " left can continue")
                                .formatted(
                                        topic,
                                        partition,
                                        wanted.start(),
                                        Math.min(start, wanted.end()) - 1,
                                        start,
                                        end - 1)
                        : ("%s, partition %d: the partition ends at offset %d, before offset %d, which was the end of the"
                                        + " slice: its log was truncated; only a new run can continue")
                                .formatted(topic, partition, end, wanted.end()));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
