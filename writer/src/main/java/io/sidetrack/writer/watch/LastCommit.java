package io.sidetrack.writer.watch;

import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicDirectory;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks after a shutdown that the brokers have its last commits. Streams closes a task cleanly even if the commit before
 * has failed in a rebalance, so a clean close does not prove the commit.
 */
public final class LastCommit {
    private static final Logger log = LoggerFactory.getLogger(LastCommit.class);

    private final String topic;
    private final Supplier<Map<TopicPartition, OffsetAndMetadata>> committed;

    /** @param committed reads the group's committed offsets in the topic; may throw, and must not block for long */
    LastCommit(String topic, Supplier<Map<TopicPartition, OffsetAndMetadata>> committed) {
        this.topic = topic;
        this.committed = committed;
    }

    /**
     * The last commits of a group.
     *
     * @param limit the time limit of the request to the brokers; a check takes at most twice as long
     */
    public static LastCommit of(KafkaProperties kafka, String group, String topic, Duration limit) {
        return new LastCommit(topic, () -> {
            Admin admin = TopicDirectory.open(kafka, limit);
            try {
                return new GroupOffsets(admin, limit).committed(group, topic);
            } finally {
                // With any other timeout, the client would wait for requests to which no broker responds.
                admin.close(Duration.ZERO);
            }
        });
    }

    /**
     * Whether the group has committed all of these offsets; false if the brokers do not respond.
     *
     * @param accepted by partition, the offset of the last record that a buffer accepted
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
            log.warn("the last commits could not be read from the brokers: {}", e.getMessage());
            return false;
        }
    }
}
