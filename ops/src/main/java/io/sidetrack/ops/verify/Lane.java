package io.sidetrack.ops.verify;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A topic to read from a cluster, as it is when this is created. */
final class Lane {
    private final Cluster cluster;
    private final TopicFacts topic;
    private final SortedMap<Integer, OffsetRange> held;
    private final Duration patience;

    /** @param patience how long to wait for open transactions, and for leaders */
    Lane(Cluster cluster, TopicFacts topic, Duration patience) {
        this.cluster = cluster;
        this.topic = topic;
        this.held = cluster.ranges(topic.name(), topic.partitions());
        this.patience = patience;
    }

    TopicFacts topic() {
        return topic;
    }

    /** The offsets that it holds, by partition. */
    SortedMap<Integer, OffsetRange> held() {
        return held;
    }

    /** The number of offsets that it no longer holds. */
    long deleted() {
        return held.values().stream().mapToLong(OffsetRange::start).sum();
    }

    /**
     * The offsets that a group has committed, by partition.
     *
     * @throws OpsException if it has committed none
     */
    Map<Integer, Long> committed(String group) {
        GroupPosition position = cluster.position(topic.name(), topic.partitions(), group);
        if (!position.isKnown()) {
            throw new OpsException(
                    ("group %s has committed no offset of %s, so it is unknown which records the writer has written;"
                                    + " correct --group, or compare all records with --ignore-group")
                            .formatted(group, topic.name()));
        }
        return position.next();
    }

    /** Reads the committed records of some ranges. */
    void read(Map<Integer, OffsetRange> ranges, Consumer<ConsumerRecord<byte[], byte[]>> to, LongConsumer progress) {
        Map<TopicPartition, OffsetRange> all = new HashMap<>();
        ranges.forEach((partition, range) -> all.put(new TopicPartition(topic.name(), partition), range));
        RecordReader.ranges(
                // Records that retention deletes in the meantime must not be skipped silently.
                cluster.client().with(Map.of("max.poll.records", "5000", "auto.offset.reset", "none")),
                all,
                patience,
                to,
                progress);
    }

    /** The topic of this name; empty if it does not exist. */
    static Optional<Lane> find(Cluster cluster, String topic, Duration patience) {
        return cluster.topics().find(topic).map(facts -> new Lane(cluster, facts, patience));
    }

    static long length(Map<Integer, OffsetRange> ranges) {
        return ranges.values().stream().mapToLong(OffsetRange::length).sum();
    }
}
