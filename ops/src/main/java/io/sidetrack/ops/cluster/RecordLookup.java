package io.sidetrack.ops.cluster;

import io.sidetrack.common.topic.TopicFacts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads single committed records by their offset. Not thread-safe. */
public final class RecordLookup implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final Consumer<byte[], byte[]> consumer;
    /** Topics that were asked for; empty if there is none of the name. */
    private final Map<String, Optional<TopicFacts>> topics = new HashMap<>();

    /** @param cluster is not closed here */
    public RecordLookup(Cluster cluster) {
        this.cluster = cluster;
        this.consumer = RecordReader.consumer(cluster.client().with(Map.of("max.poll.records", "1")));
    }

    /**
     * Reads the record at an offset.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster does not answer or denies access
     */
    public LookupResult at(String topic, int partition, long offset) {
        Optional<TopicFacts> facts = topics.computeIfAbsent(
                topic,
                name -> Optional.ofNullable(cluster.topics().find(List.of(name)).get(name)));
        if (facts.isEmpty()) {
            return new LookupResult.Missing("the topic does not exist");
        }
        if (partition < 0 || partition >= facts.get().partitions()) {
            return new LookupResult.Missing(
                    "the topic has only %d partitions".formatted(facts.get().partitions()));
        }
        TopicPartition place = new TopicPartition(topic, partition);
        consumer.assign(List.of(place));
        long first = consumer.beginningOffsets(List.of(place)).get(place);
        if (offset < first) {
            return new LookupResult.Missing("it was deleted, the first offset is " + first);
        }
        long end = consumer.endOffsets(List.of(place)).get(place);
        if (offset >= end) {
            return new LookupResult.Missing("the partition ends at offset " + end);
        }
        consumer.seek(place, offset);
        return poll(place, offset);
    }

    private LookupResult poll(TopicPartition place, long offset) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return record.offset() == offset ? new LookupResult.Found(record) : compacted();
            }
            // Passed without a record: aborted, compacted, or deleted since the check above.
            if (consumer.position(place) > offset) {
                return compacted();
            }
        }
        throw new TimeoutException(
                "%s offset %d could not be read within %d s".formatted(place, offset, PATIENCE.toSeconds()));
    }

    private static LookupResult compacted() {
        return new LookupResult.Missing("no record has this offset any more");
    }

    @Override
    public void close() {
        consumer.close();
    }
}
