package io.sidetrack.router.batch;

import io.sidetrack.common.service.StopException;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

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
                throw truncated(partition, position, outOfRange);
            }
            consumer.seek(partition, beginning);
            listener.lost(partition.topic(), partition.partition(), position, beginning);
        });
    }

    private static StopException truncated(
            TopicPartition partition, long position, OffsetOutOfRangeException outOfRange) {
        OffsetAndMetadata end = outOfRange instanceof LogTruncationException truncation
                ? truncation.divergentOffsets().get(partition)
                : null;
        return new StopException(
                "%s, partition %d: the router has read up to offset %d, and the log now ends before it%s; the topic was"
                                .formatted(
                                        partition.topic(),
                                        partition.partition(),
                                        position,
                                        end == null ? "" : ", or is another from " + end.offset() + " on")
                        + " truncated or made again, and nothing was routed again. Set the group's offset of this partition"
                        + " with kafka-consumer-groups --reset-offsets (--to-earliest if its records are new, --to-latest if"
                        + " they were routed) and start again",
                outOfRange);
    }
}
