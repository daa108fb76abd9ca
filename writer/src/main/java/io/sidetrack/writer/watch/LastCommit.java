package io.sidetrack.writer.watch;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers, after a shutdown, whether they have its last commits. Streams closes a task cleanly even if the commit
 * before that has failed in a rebalance, so the tasks alone do not show it.
 */
public final class LastCommit {
    private static final Logger log = LoggerFactory.getLogger(LastCommit.class);

    private final String topic;
    private final Supplier<Map<TopicPartition, OffsetAndMetadata>> committed;

    /** @param committed reads the offsets that the group has committed in the topic; may throw, and must not block for long */
    public LastCommit(String topic, Supplier<Map<TopicPartition, OffsetAndMetadata>> committed) {
        this.topic = topic;
        this.committed = committed;
    }

    /**
     * Whether the group has committed all of these offsets. If the brokers do not answer, it is taken not to have.
     *
     * @param accepted by partition, the offset of the last record that was taken in
     */
    public boolean covers(Map<Integer, Long> accepted) {
        if (accepted.isEmpty()) {
            return true;
        }
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = committed.get();
            return accepted.entrySet().stream().allMatch(entry -> {
                OffsetAndMetadata position = offsets.get(new TopicPartition(topic, entry.getKey()));
                boolean covered = position != null && position.offset() > entry.getValue();
                if (!covered) {
                    log.warn(
                            "{}, partition {}: everything up to offset {} is written, but its commit has failed",
                            topic,
                            entry.getKey(),
                            entry.getValue());
                }
                return covered;
            });
        } catch (RuntimeException e) {
            log.warn("the last commits could not be checked with the brokers: {}", e.getMessage());
            return false;
        }
    }
}
