package io.sidetrack.ops.provision;

import io.sidetrack.common.topic.TopicFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/** The topics that a declaration requires. Pure. */
final class RequiredTopics {
    /** Headers that the router adds to a record, and growth of a batch that is compressed differently. */
    static final int LANE_HEADROOM_BYTES = 64 * 1024;
    /** The headers that a dead letter or a parked record has in addition to its record. */
    static final int DEAD_LETTER_HEADROOM_BYTES = 64 * 1024;
    /** Kafka's default for {@code max.message.bytes}, for a source that does not exist yet. */
    private static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

    /** Brokers compact only closed segments, and everyone who reads the status topic reads all of it. */
    private static final String STATUS_SEGMENT_BYTES = Integer.toString(8 << 20);

    private RequiredTopics() {}

    /**
     * The topic in which services count the records of named backfills.
     *
     * @param replicationFactor -1 for the default of the cluster
     */
    static TopicSpec status(String name, short replicationFactor) {
        return new TopicSpec(
                name,
                1,
                replicationFactor,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        STATUS_SEGMENT_BYTES),
                Set.of());
    }

    /**
     * An existing control topic that would lose the last record of a key. It is created by the commands that need it.
     *
     * @param existing the topic
     */
    static TopicSpec control(TopicFacts existing) {
        return new TopicSpec(
                existing.name(),
                existing.partitions(),
                (short) -1,
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT),
                Set.of());
    }

    /**
     * The topics that must exist, with their configs.
     *
     * @param lanes a complete declaration
     * @param source the existing source; empty if it does not exist and must be created
     * @param deadLetters the names of the dead-letter topics
     */
    static List<TopicSpec> topics(LaneDeclaration lanes, Optional<TopicFacts> source, Set<String> deadLetters) {
        List<TopicSpec> topics = new ArrayList<>();
        if (source.isEmpty()) {
            topics.add(new TopicSpec(
                    lanes.source(), lanes.sourcePartitions(), lanes.replicationFactor(), Map.of(), Set.of()));
        }
        int sourcePartitions = source.map(TopicFacts::partitions).orElse(lanes.sourcePartitions());
        int sourceBytes = source.map(TopicFacts::maxMessageBytes).orElse(DEFAULT_MAX_MESSAGE_BYTES);
        int laneBytes = plus(sourceBytes, LANE_HEADROOM_BYTES);
        int deadLetterBytes = plus(laneBytes, DEAD_LETTER_HEADROOM_BYTES);
        int livePartitions = lanes.livePartitions() == null ? sourcePartitions : lanes.livePartitions();
        Limits ofLanes = new Limits(lanes.retentionMs(), LaneDeclaration.DEFAULT_RETENTION_MS, lanes.retentionBytes());
        // Dead letters stay until an operator has handled them.
        Limits ofDeadLetters = new Limits(lanes.deadLetterRetentionMs(), -1, null);
        // Parked records stay until an operator resumes their backfill, and have not been written.
        Limits ofParked = new Limits(lanes.parkedRetentionMs(), -1, null);
        if (!lanes.isOneTopic()) {
            topics.add(topic(lanes, lanes.live(), livePartitions, ofLanes, laneBytes));
        }
        topics.add(topic(lanes, lanes.backfill(), lanes.backfillPartitions(), ofLanes, laneBytes));
        for (String name : deadLetters) {
            topics.add(topic(lanes, name, 1, ofDeadLetters, deadLetterBytes));
        }
        // The parked records of a partition return to the partition of the same number, so that keys stay in order.
        topics.add(topic(lanes, lanes.parked(), lanes.backfillPartitions(), ofParked, deadLetterBytes)
                .following(lanes.backfill(), lanes.backfillPartitions()));
        return topics;
    }

    /**
     * The retention of a topic.
     *
     * @param ms the declared time; null if none is declared
     * @param defaultMs the minimum if none is declared
     * @param bytes the declared size; null if none is declared
     */
    private record Limits(Long ms, long defaultMs, Long bytes) {
        Set<String> given() {
            Set<String> given = new HashSet<>();
            if (ms != null) {
                given.add(TopicConfig.RETENTION_MS_CONFIG);
            }
            if (bytes != null) {
                given.add(TopicConfig.RETENTION_BYTES_CONFIG);
            }
            return given;
        }
    }

    private static TopicSpec topic(
            LaneDeclaration lanes, String name, int partitions, Limits limits, int maxMessageBytes) {
        return new TopicSpec(
                name,
                partitions,
                lanes.replicationFactor(),
                Map.of(
                        // Otherwise Kafka would delete the old records of a backfill at the next retention check.
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "LogAppendTime",
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(limits.ms == null ? limits.defaultMs : limits.ms),
                        // Overrides the brokers' log.retention.bytes: a backfill is large, and is not read immediately.
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        Long.toString(limits.bytes == null ? -1 : limits.bytes),
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(maxMessageBytes)),
                limits.given());
    }

    private static int plus(int bytes, int headroom) {
        return (int) Math.min(Integer.MAX_VALUE, (long) bytes + headroom);
    }
}
