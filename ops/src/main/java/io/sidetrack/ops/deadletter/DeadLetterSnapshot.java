package io.sidetrack.ops.deadletter;

import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.apache.kafka.common.IsolationLevel.READ_UNCOMMITTED;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.OffsetSet;
import io.sidetrack.ops.cluster.RecordReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * The content of a dead-letter topic at one moment. Dead letters are never removed: a replay writes a {@link ReplayMark} in the
 * same transaction as the replayed record, so that the topic contains the mark if and only if the record was replayed.
 *
 * <p>Memory does not depend on the number of dead letters: the topic is read once for the marks, which are kept as bits, and
 * again for the dead letters, which are not kept. Not thread-safe.
 */
final class DeadLetterSnapshot {
    /** How long a replay waits for an open transaction of another producer: longer than one lasts by default. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final KafkaProperties client;
    /** The selected ranges. */
    private final Map<TopicPartition, OffsetRange> ranges;

    private final DeadLetterFilter filter;
    private final Map<Integer, OffsetSet> replayed;

    private DeadLetterSnapshot(
            KafkaProperties client,
            Map<TopicPartition, OffsetRange> ranges,
            DeadLetterFilter filter,
            Map<Integer, OffsetSet> replayed) {
        this.client = client;
        this.ranges = ranges;
        this.filter = filter;
        this.replayed = replayed;
    }

    /** The topic up to its first open transaction. This does not wait, so dead letters after it are not included. */
    static DeadLetterSnapshot committed(Cluster cluster, TopicFacts topic, DeadLetterFilter filter) {
        return read(cluster, topic, filter, READ_COMMITTED);
    }

    /**
     * The topic up to its end, for a replay. This waits for open transactions, because the mark of a dead letter can follow the
     * records of such a transaction, and a replay that misses the mark repeats the dead letter.
     */
    static DeadLetterSnapshot upToEnd(Cluster cluster, TopicFacts topic, DeadLetterFilter filter) {
        return read(cluster, topic, filter, READ_UNCOMMITTED);
    }

    private static DeadLetterSnapshot read(
            Cluster cluster, TopicFacts topic, DeadLetterFilter filter, IsolationLevel level) {
        Map<TopicPartition, OffsetRange> deadLetters = new HashMap<>();
        Map<TopicPartition, OffsetRange> marks = new HashMap<>();
        cluster.ranges(topic.name(), topic.partitions(), level).forEach((partition, range) -> {
            OffsetRange wanted = filter.within(partition, range);
            if (wanted.length() > 0) {
                TopicPartition position = new TopicPartition(topic.name(), partition);
                deadLetters.put(position, wanted);
                marks.put(position, new OffsetRange(wanted.start(), range.end()));
            }
        });
        KafkaProperties client = client(cluster);
        return new DeadLetterSnapshot(client, deadLetters, filter, replayed(client, marks));
    }

    /** Records that retention deletes during a read are skipped, but no others. */
    private static KafkaProperties client(Cluster cluster) {
        return cluster.client().with(Map.of("auto.offset.reset", "earliest"));
    }

    /** Passes all marks of a topic, up to its first open transaction, to a consumer, in the order of each partition. */
    static void marks(Cluster cluster, TopicFacts topic, BiConsumer<ReplayMark, ConsumerRecord<byte[], byte[]>> to) {
        Map<TopicPartition, OffsetRange> all = new HashMap<>();
        cluster.ranges(topic.name(), topic.partitions(), READ_COMMITTED)
                .forEach((partition, range) -> all.put(new TopicPartition(topic.name(), partition), range));
        read(client(cluster), all, record -> ReplayMark.read(record).ifPresent(mark -> to.accept(mark, record)));
    }

    private static Map<Integer, OffsetSet> replayed(KafkaProperties client, Map<TopicPartition, OffsetRange> ranges) {
        Map<Integer, OffsetSet> replayed = new HashMap<>();
        read(client, ranges, record -> ReplayMark.read(record)
                .ifPresent(mark -> replayed.computeIfAbsent(mark.partition(), none -> new OffsetSet())
                        .add(mark.offset())));
        return replayed;
    }

    private static void read(
            KafkaProperties client,
            Map<TopicPartition, OffsetRange> ranges,
            Consumer<ConsumerRecord<byte[], byte[]>> to) {
        RecordReader.ranges(client, ranges, TIMEOUT, to, passed -> {});
    }

    /**
     * Reads all selected dead letters, replayed or not, in the order of each partition.
     *
     * @param to must not throw a {@link org.apache.kafka.common.KafkaException}, which would be reported as a failure to read
     */
    void each(Consumer<DeadLetter> to) {
        read(client, ranges, record -> {
            if (ReplayMark.read(record).isEmpty()) {
                DeadLetter deadLetter = new DeadLetter(record);
                if (filter.matches(deadLetter)) {
                    to.accept(deadLetter);
                }
            }
        });
    }

    /** True if a dead letter was replayed before this snapshot. */
    boolean isReplayed(DeadLetter deadLetter) {
        OffsetSet offsets = replayed.get(deadLetter.record().partition());
        return offsets != null && offsets.contains(deadLetter.record().offset());
    }
}
