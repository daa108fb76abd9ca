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
 * Handles a position that is out of the source's range. Streams would apply its reset policy, which is meant for partitions that
 * the group has never read, and start again at the beginning of the log.
 *
 * <pre>
 *   the log begins after the position    records were deleted (retention, or by hand): report it, continue at the beginning
 *   the log ends before the position     the log was truncated, or the topic was re-created: stop
 * </pre>
 *
 * <p>In the second case only the operator knows what the log contains now. If it was truncated, its records have been routed; if
 * the topic was re-created, none have. Continuing at the beginning would route the former twice, and continuing at the end would
 * lose the latter. Thread-safe.
 */
public final class SourceRange {
    /** The property that passes an instance of this class to the consumers of Streams. */
    public static final String CONFIG = "sidetrack.source.range";

    private static final Logger log = LoggerFactory.getLogger(SourceRange.class);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(10);

    private final Listener listener;

    /** Receives which records are lost. Called by a stream thread. */
    @FunctionalInterface
    public interface Listener {
        /** The offsets {@code from} (inclusive) to {@code to} (exclusive) of a partition were deleted before they were read. */
        void lost(String topic, int partition, long from, long to);
    }

    public SourceRange(Listener listener) {
        this.listener = listener;
    }

    static SourceRange in(Map<String, ?> config) {
        return (SourceRange) config.get(CONFIG);
    }

    /**
     * Moves a consumer whose position is out of range. If the cluster does not respond, the position stays, and the next poll
     * fails in the same way.
     *
     * @throws StopException if the log ends before the position
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
            // A stale beginning does no harm: the first offset of a log only increases.
            if (beginning <= position) {
                throw truncated(consumer, partition, position, outOfRange);
            }
            consumer.seek(partition, beginning);
            listener.lost(partition.topic(), partition.partition(), position, beginning);
            commit(consumer, partition, position, beginning);
        });
    }

    /**
     * Commits the new position, because Streams commits only what it has processed: an idle partition would otherwise report the
     * same loss at every start and every rebalance. Does not commit if records before the old position are uncommitted: if their
     * transaction is aborted, they are lost as well and must be reported.
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
        long continueAt = end == null ? end(consumer, partition) : end.offset();
        return new StopException(
                "%s, partition %d: the router has read up to offset %d, but the log %s %d: it was truncated, or the topic"
                                .formatted(
                                        partition.topic(),
                                        partition.partition(),
                                        position,
                                        end == null ? "ends at" : "differs from",
                                        continueAt)
                        + " was re-created. Nothing was routed again. Set the group's offset of this partition with"
                        + " kafka-consumer-groups --reset-offsets (--to-earliest if the topic was re-created, --to-offset "
                        + continueAt
                        + " if it was truncated), start the router again, and compare the topics with `sidetrack audit`",
                outOfRange);
    }

    private static long end(Consumer<?, ?> consumer, TopicPartition partition) {
        return consumer.endOffsets(Set.of(partition)).get(partition);
    }
}
