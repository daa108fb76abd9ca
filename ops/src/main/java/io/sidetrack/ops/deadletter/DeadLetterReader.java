package io.sidetrack.ops.deadletter;

import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.apache.kafka.common.IsolationLevel.READ_UNCOMMITTED;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * What lies in a dead-letter topic at one moment. Nothing is ever taken out of it: a letter that was replayed has a {@link ReplayMark}
 * behind it, which is written in the same transaction as the replayed record, so that there are both or none.
 *
 * <p>Memory does not depend on how many letters there are: the topic is read once for the marks, which are kept as bits, and once
 * more for the letters, which are not kept. Not thread-safe.
 */
final class DeadLetterReader {
    /** How long a transaction of somebody else may keep a replay from reading on: as long as it may last by default. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** One poll's records are in memory together, and each can be many times larger than in the topic, where it is compressed. */
    private static final int POLL_RECORDS = 10;

    private static final int FETCH_BYTES = 8 * 1024 * 1024;
    private static final int LEAST_PARTITION_BYTES = 16 * 1024;
    private static final int MOST_PARTITION_BYTES = 1024 * 1024;

    private final KafkaProperties client;
    /** Where the letters that the filter asks for are. */
    private final Map<TopicPartition, OffsetRange> spans;

    private final DeadLetterFilter filter;
    private final Map<Integer, OffsetSet> replayed;

    private DeadLetterReader(
            KafkaProperties client,
            Map<TopicPartition, OffsetRange> spans,
            DeadLetterFilter filter,
            Map<Integer, OffsetSet> replayed) {
        this.client = client;
        this.spans = spans;
        this.filter = filter;
        this.replayed = replayed;
    }

    /** The topic up to the first transaction that is open: nothing is waited for, so a letter behind it is not seen yet. */
    static DeadLetterReader now(Cluster cluster, TopicFacts topic, DeadLetterFilter filter) {
        return read(cluster, topic, filter, READ_COMMITTED);
    }

    /**
     * The topic up to its end, for a replay. Transactions that are open are waited for: the mark of a letter can lie behind the
     * record of such a transaction, and a replay that does not see the mark replays the letter again.
     */
    static DeadLetterReader complete(Cluster cluster, TopicFacts topic, DeadLetterFilter filter) {
        return read(cluster, topic, filter, READ_UNCOMMITTED);
    }

    private static DeadLetterReader read(
            Cluster cluster, TopicFacts topic, DeadLetterFilter filter, IsolationLevel level) {
        Map<TopicPartition, OffsetRange> letters = new HashMap<>();
        Map<TopicPartition, OffsetRange> marks = new HashMap<>();
        spans(cluster, topic, level).forEach((partition, span) -> {
            OffsetRange wanted = filter.within(partition, span);
            if (wanted.length() > 0) {
                TopicPartition place = new TopicPartition(topic.name(), partition);
                letters.put(place, wanted);
                marks.put(place, new OffsetRange(wanted.start(), span.end()));
            }
        });
        KafkaProperties client = bounded(cluster.client(), Math.max(1, letters.size()));
        return new DeadLetterReader(client, letters, filter, replayed(client, marks));
    }

    private static SortedMap<Integer, OffsetRange> spans(Cluster cluster, TopicFacts topic, IsolationLevel level) {
        SortedMap<Integer, OffsetRange> all = cluster.spans(topic.name(), topic.partitions());
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        all.keySet().forEach(partition -> latest.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> ends = Cluster.answer(
                "offsets of " + topic.name(),
                cluster.admin()
                        .listOffsets(latest, new ListOffsetsOptions(level))
                        .all());
        SortedMap<Integer, OffsetRange> spans = new TreeMap<>();
        ends.forEach((partition, end) -> spans.put(
                partition.partition(),
                new OffsetRange(all.get(partition.partition()).start(), end.offset())));
        return spans;
    }

    private static KafkaProperties bounded(KafkaProperties client, int partitions) {
        int partitionBytes = Math.min(MOST_PARTITION_BYTES, Math.max(LEAST_PARTITION_BYTES, FETCH_BYTES / partitions));
        return client.with(Map.of(
                "max.poll.records", Integer.toString(POLL_RECORDS),
                "fetch.max.bytes", Integer.toString(FETCH_BYTES),
                "max.partition.fetch.bytes", Integer.toString(partitionBytes),
                // What retention deletes while it is read is passed over; the rest must not be.
                "auto.offset.reset", "earliest"));
    }

    private static Map<Integer, OffsetSet> replayed(KafkaProperties client, Map<TopicPartition, OffsetRange> spans) {
        Map<Integer, OffsetSet> replayed = new HashMap<>();
        read(client, spans, record -> ReplayMark.read(record)
                .ifPresent(mark -> replayed.computeIfAbsent(mark.partition(), none -> new OffsetSet())
                        .add(mark.offset())));
        return replayed;
    }

    private static void read(
            KafkaProperties client,
            Map<TopicPartition, OffsetRange> spans,
            Consumer<ConsumerRecord<byte[], byte[]>> to) {
        RecordReader.ranges(client, spans, PATIENCE, to, passed -> {});
    }

    /**
     * Reads all letters that the filter lets through, replayed or not, in the order of each partition.
     *
     * @param to must not throw a {@link org.apache.kafka.common.KafkaException}, which would be reported as one of reading
     */
    void each(Consumer<DeadLetter> to) {
        read(client, spans, record -> {
            if (ReplayMark.read(record).isEmpty()) {
                DeadLetter letter = new DeadLetter(record);
                if (filter.matches(letter)) {
                    to.accept(letter);
                }
            }
        });
    }

    /** Whether a letter was replayed before this moment. */
    boolean isReplayed(DeadLetter letter) {
        OffsetSet offsets = replayed.get(letter.record().partition());
        return offsets != null && offsets.contains(letter.record().offset());
    }
}
