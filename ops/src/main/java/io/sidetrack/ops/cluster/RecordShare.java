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
 * How many of some offsets are committed records. A router that commits every 100 ms puts a marker behind nearly every record
 * of a quiet lane, so that offsets advance twice as fast as records arrive. Few offsets are all read, of many a sample is.
 */
public final class RecordShare {
    private static final int SAMPLE = 2_000;
    /** What a partition contributes to a sample at least. */
    private static final int LEAST = 20;

    private static final Duration POLL = Duration.ofMillis(100);
    /** An open transaction may end soon; if it does not, what was read until then is the sample. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private RecordShare() {}

    /**
     * The records among some offsets, divided by the offsets.
     *
     * @param spans by partition
     * @return empty if there are no offsets, or they cannot be read within a few seconds
     */
    public static OptionalDouble of(KafkaProperties client, String topic, Map<Integer, OffsetRange> spans) {
        Map<TopicPartition, OffsetRange> samples = samples(topic, spans);
        if (samples.isEmpty()) {
            return OptionalDouble.empty();
        }
        try (Consumer<byte[], byte[]> consumer = RecordReader.consumer(
                client.with(Map.of("max.partition.fetch.bytes", "262144", "auto.offset.reset", "earliest")))) {
            return read(consumer, samples);
        } catch (KafkaException e) {
            // Its user shows offsets instead.
            return OptionalDouble.empty();
        }
    }

    /** The ends of all spans, each in proportion to its length: what arrived last is likely to be in the page cache. */
    static Map<TopicPartition, OffsetRange> samples(String topic, Map<Integer, OffsetRange> spans) {
        double total = spans.values().stream().mapToLong(OffsetRange::length).sum();
        Map<TopicPartition, OffsetRange> samples = new HashMap<>();
        spans.forEach((partition, span) -> {
            long length = Math.min(span.length(), Math.max(LEAST, Math.round(SAMPLE * (span.length() / total))));
            if (length > 0) {
                samples.put(new TopicPartition(topic, partition), new OffsetRange(span.end() - length, span.end()));
            }
        });
        return samples;
    }

    static OptionalDouble read(Consumer<byte[], byte[]> consumer, Map<TopicPartition, OffsetRange> samples) {
        Map<TopicPartition, OffsetRange> open = new HashMap<>(samples);
        consumer.assign(open.keySet());
        open.forEach((partition, span) -> consumer.seek(partition, span.start()));
        long records = 0;
        long passed = 0;
        long start = System.nanoTime();
        while (!open.isEmpty() && System.nanoTime() - start < PATIENCE.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                OffsetRange span = open.get(new TopicPartition(record.topic(), record.partition()));
                records += span != null && record.offset() < span.end() ? 1 : 0;
            }
            for (Map.Entry<TopicPartition, OffsetRange> sample :
                    Map.copyOf(open).entrySet()) {
                if (consumer.position(sample.getKey(), PATIENCE)
                        >= sample.getValue().end()) {
                    passed += sample.getValue().length();
                    open.remove(sample.getKey());
                    consumer.pause(List.of(sample.getKey()));
                }
            }
        }
        for (Map.Entry<TopicPartition, OffsetRange> sample : open.entrySet()) {
            passed += consumer.position(sample.getKey(), PATIENCE)
                    - sample.getValue().start();
        }
        return passed > 0 ? OptionalDouble.of(Math.min(1, (double) records / passed)) : OptionalDouble.empty();
    }
}
