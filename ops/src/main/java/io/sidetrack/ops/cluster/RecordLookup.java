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
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final Consumer<byte[], byte[]> consumer;
    /** Topics by name; empty if a topic does not exist. */
    private final Map<String, Optional<TopicFacts>> topics = new HashMap<>();

    /** @param cluster the cluster, which stays open */
    public RecordLookup(Cluster cluster) {
        this.cluster = cluster;
        this.consumer = RecordReader.consumer(cluster.client().with(Map.of("max.poll.records", "1")));
    }

    /**
     * Reads the record at an offset.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster does not respond or denies access
     */
    public LookupResult at(String topic, int partition, long offset) {
        Optional<TopicFacts> facts =
                topics.computeIfAbsent(topic, name -> cluster.topics().find(name));
        if (facts.isEmpty()) {
            return new LookupResult.Missing("the topic does not exist");
        }
        if (partition < 0 || partition >= facts.get().partitions()) {
            return new LookupResult.Missing(
                    "the topic has only %d partitions".formatted(facts.get().partitions()));
        }
        TopicPartition at = new TopicPartition(topic, partition);
        consumer.assign(List.of(at));
        long first = consumer.beginningOffsets(List.of(at)).get(at);
        if (offset < first) {
            return new LookupResult.Missing("the record was deleted, the first offset is " + first);
        }
        long end = consumer.endOffsets(List.of(at)).get(at);
        if (offset >= end) {
            return new LookupResult.Missing("the partition ends at offset " + end);
        }
        consumer.seek(at, offset);
        return poll(at, offset);
    }

    private LookupResult poll(TopicPartition at, long offset) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TIMEOUT.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return record.offset() == offset ? new LookupResult.Found(record) : compacted();
            }
            // The record was aborted, compacted, or deleted after the check above.
            if (consumer.position(at) > offset) {
                return compacted();
            }
        }
        throw new TimeoutException(
                "%s offset %d could not be read within %d s".formatted(at, offset, TIMEOUT.toSeconds()));
    }

    private static LookupResult compacted() {
        return new LookupResult.Missing("the offset no longer has a record");
    }

    @Override
    public void close() {
        consumer.close();
    }
}
