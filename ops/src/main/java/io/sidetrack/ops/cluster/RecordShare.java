package io.sidetrack.ops.cluster;

import io.sidetrack.common.settings.KafkaProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Estimates the share of committed records among offsets. A router that commits every 100 ms writes a marker after nearly every
 * record of a quiet lane, so that offsets advance twice as fast as records arrive. A small range is read entirely; a large one
 * is sampled.
 */
public final class RecordShare {
    private static final int SAMPLE = 2_000;
    /** The minimum that a partition contributes to a sample. */
    private static final int MIN_SAMPLE = 20;

    private static final Duration POLL = Duration.ofMillis(100);
    /** An open transaction may end soon. If it does not, the sample consists of what was read before it. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private RecordShare() {}

    /**
     * The number of records in some ranges, divided by the number of offsets.
     *
     * @param ranges the ranges, by partition
     * @return empty if there are no offsets, or they cannot be read within a few seconds
     */
    public static OptionalDouble of(KafkaProperties client, String topic, Map<Integer, OffsetRange> ranges) {
        Map<TopicPartition, OffsetRange> samples = samples(topic, ranges);
        if (samples.isEmpty()) {
            return OptionalDouble.empty();
        }
        try (Consumer<byte[], byte[]> consumer = RecordReader.consumer(
                client.with(Map.of("max.partition.fetch.bytes", "262144", "auto.offset.reset", "earliest")))) {
            return read(consumer, samples);
        } catch (KafkaException e) {
            // The caller shows offsets instead.
            return OptionalDouble.empty();
        }
    }

    /** The last part of each range, in proportion to its length: recent records are likely to be in the page cache. */
    static Map<TopicPartition, OffsetRange> samples(String topic, Map<Integer, OffsetRange> ranges) {
        double total = ranges.values().stream().mapToLong(OffsetRange::length).sum();
        Map<TopicPartition, OffsetRange> samples = new HashMap<>();
        ranges.forEach((partition, range) -> {
            long length = Math.min(range.length(), Math.max(MIN_SAMPLE, Math.round(SAMPLE * (range.length() / total))));
            if (length > 0) {
                samples.put(new TopicPartition(topic, partition), new OffsetRange(range.end() - length, range.end()));
            }
        });
        return samples;
    }

    static OptionalDouble read(Consumer<byte[], byte[]> consumer, Map<TopicPartition, OffsetRange> samples) {
        Map<TopicPartition, OffsetRange> open = new HashMap<>(samples);
        consumer.assign(open.keySet());
        open.forEach((partition, range) -> consumer.seek(partition, range.start()));
        long records = 0;
        long passed = 0;
        long start = System.nanoTime();
        while (!open.isEmpty() && System.nanoTime() - start < TIMEOUT.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                OffsetRange range = open.get(new TopicPartition(record.topic(), record.partition()));
                records += range != null && record.offset() < range.end() ? 1 : 0;
            }
            for (Map.Entry<TopicPartition, OffsetRange> sample :
                    Map.copyOf(open).entrySet()) {
                if (consumer.position(sample.getKey(), TIMEOUT)
                        >= sample.getValue().end()) {
                    passed += sample.getValue().length();
                    open.remove(sample.getKey());
                    consumer.pause(List.of(sample.getKey()));
                }
            }
        }
        for (Map.Entry<TopicPartition, OffsetRange> sample : open.entrySet()) {
            passed += consumer.position(sample.getKey(), TIMEOUT)
                    - sample.getValue().start();
        }
        return passed > 0 ? OptionalDouble.of(Math.min(1, (double) records / passed)) : OptionalDouble.empty();
    }
}
