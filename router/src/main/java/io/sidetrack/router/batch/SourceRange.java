package io.sidetrack.router.batch;

import io.sidetrack.common.service.StopException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do when the source does not hold the record that is to be read next. Streams would apply its reset policy, which is
 * meant for partitions that the group has never read, and begin again at the start of the log.
 *
 * <pre>
 *   the log begins beyond it    what lies between is gone (retention, a deletion by hand): report it, go on at the beginning
 *   the log ends before it      it was cut off, or the topic was made again: stop
 * </pre>
 *
 * <p>In the second case nobody but the operator knows what the log holds now. If it was cut off, its records were routed; if
 * it is another log, none were. To go on at the beginning would route the former twice, and to go on at the end would lose
 * the latter. Thread-safe.
 */
public final class SourceRange {
    /** The property by which a consumer of Streams receives this. */
    public static final String CONFIG = "sidetrack.source.range";

    private static final Logger log = LoggerFactory.getLogger(SourceRange.class);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(10);

    private final Listener listener;

    /** Receives what is gone, on a stream thread. */
    @FunctionalInterface
    public interface Listener {
        /** Of a partition, the offsets from {@code from} (inclusive) to {@code to} (exclusive) were deleted unread. */
        void lost(String topic, int partition, long from, long to);
    }

    public SourceRange(Listener listener) {
        this.listener = listener;
    }

    static SourceRange in(Map<String, ?> config) {
        return (SourceRange) config.get(CONFIG);
    }

    /**
     * Moves a consumer whose position is out of range. If the cluster does not answer it stays, and its next poll fails in
     * the same way.
     *
     * @throws StopException if nothing that can be done here is right
     */
    void seek(Consumer<?, ?> consumer, OffsetOutOfRangeException outOfRange) {
        Map<TopicPartition, Long> beginnings;
        try {
            beginnings = consumer.beginningOffsets(outOfRange.partitions());
        } catch (TimeoutException e) {
            return;
        }
        outOfRange.offsetOutOfRangePartitions().forEach((partition, position) -> {
            long beginning = beginnings.get(partition);
            // Neither can become true while it is looked at: a log's beginning only grows.
            if (beginning <= position) {
                throw truncated(consumer, partition, position, outOfRange);
            }
            consumer.seek(partition, beginning);
            listener.lost(partition.topic(), partition.partition(), position, beginning);
            commit(consumer, partition, position, beginning);
        });
    }

    /**
     * Streams commits only what it has processed. Without a commit of the new position, an idle partition would report the same
     * loss at every start and every rebalance. Not if records before the position are not committed yet: should their
     * transaction be aborted, they are lost too, and must be reported.
     */
    private static void commit(Consumer<?, ?> consumer, TopicPartition partition, long position, long beginning) {
        try {
            OffsetAndMetadata committed =
                    consumer.committed(Set.of(partition), COMMIT_LIMIT).get(partition);
            if (committed == null || committed.offset() != position) {
                return;
            }
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(beginning)), COMMIT_LIMIT);
        } catch (KafkaException e) {
            log.warn(
                    "{}, partition {}: offset {} could not be committed; the deleted offsets may be reported again",
                    partition.topic(),
                    partition.partition(),
                    beginning,
                    e);
        }
    }

    private static StopException truncated(
            Consumer<?, ?> consumer, TopicPartition partition, long position, OffsetOutOfRangeException outOfRange) {
        OffsetAndMetadata end = outOfRange instanceof LogTruncationException truncation
                ? truncation.divergentOffsets().get(partition)
                : null;
        long goOnAt = end == null ? end(consumer, partition) : end.offset();
        return new StopException(
                "%s, partition %d: the router has read up to offset %d, but the log %s %d: it was truncated, or the topic"
                                .formatted(
                                        partition.topic(),
                                        partition.partition(),
                                        position,
                                        end == null ? "ends at" : "differs from",
                                        goOnAt)
                        + " was made again. Nothing was routed again. Set the group's offset of this partition with"
                        + " kafka-consumer-groups --reset-offsets (--to-earliest if the topic was made again, --to-offset "
                        + goOnAt
                        + " if it was truncated), start again, and compare the topics with `sidetrack audit`",
                outOfRange);
    }

    private static long end(Consumer<?, ?> consumer, TopicPartition partition) {
        return consumer.endOffsets(Set.of(partition)).get(partition);
    }
}
