package io.sidetrack.common.topic;

import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/**
 * One topic as the cluster describes it.
 *
 * @param name the topic
 * @param partitions how many partitions it has
 * @param replicationFactor replicas of its first partition
 * @param timestampType {@code message.timestamp.type}: {@code CreateTime} or {@code LogAppendTime}
 * @param cleanupPolicy {@code cleanup.policy}, such as {@code delete} or {@code compact,delete}
 * @param retentionMs {@code retention.ms}; -1 is for ever
 * @param maxMessageBytes {@code max.message.bytes}, of a record batch
 * @param minInSyncReplicas {@code min.insync.replicas}
 * @param segmentBytes {@code segment.bytes}, which a record batch must fit into as well
 * @param compressionType {@code compression.type}: {@code producer}, {@code uncompressed}, or a codec that the broker
 *     compresses every batch with, whatever codec it came in
 * @param retentionBytes {@code retention.bytes}, of each partition; -1 is no limit
 */
public record TopicFacts(
        String name,
        int partitions,
        int replicationFactor,
        String timestampType,
        String cleanupPolicy,
        long retentionMs,
        int maxMessageBytes,
        int minInSyncReplicas,
        int segmentBytes,
        String compressionType,
        long retentionBytes) {

    /** The {@link #compressionType} of a topic that keeps batches as they come. */
    public static final String AS_PRODUCED = "producer";

    /** A topic with Kafka's defaults for what is not given. */
    public TopicFacts(
            String name,
            int partitions,
            int replicationFactor,
            String timestampType,
            String cleanupPolicy,
            long retentionMs,
            int maxMessageBytes,
            int minInSyncReplicas) {
        this(
                name,
                partitions,
                replicationFactor,
                timestampType,
                cleanupPolicy,
                retentionMs,
                maxMessageBytes,
                minInSyncReplicas,
                1 << 30,
                AS_PRODUCED);
    }

    /** Whether the topic gives records the time of their arrival, as a lane does. */
    public boolean stampsRecords() {
        return "LogAppendTime".equals(timestampType);
    }

    /** A topic whose size is not limited. */
    public TopicFacts(
            String name,
            int partitions,
            int replicationFactor,
            String timestampType,
            String cleanupPolicy,
            long retentionMs,
            int maxMessageBytes,
            int minInSyncReplicas,
            int segmentBytes,
            String compressionType) {
        this(
                name,
                partitions,
                replicationFactor,
                timestampType,
                cleanupPolicy,
                retentionMs,
                maxMessageBytes,
                minInSyncReplicas,
                segmentBytes,
                compressionType,
                -1);
    }

    /**
     * Why this topic would lose an old record put on it now; empty if it would not. Kafka deletes by record timestamp:
     * on a CreateTime topic a record older than the retention goes at the next retention check.
     */
    public Optional<String> losesOldRecords() {
        boolean deletes = cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_DELETE) && retentionMs >= 0;
        if (stampsRecords() || !deletes) {
            return Optional.empty();
        }
        return Optional.of("has %s=%s and %s=%d, so Kafka would delete every record older than %s"
                .formatted(
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        timestampType,
                        TopicConfig.RETENTION_MS_CONFIG,
                        retentionMs,
                        days(retentionMs)));
    }

    /**
     * Why this topic would lose records by its size, read or not; empty if it would not. Kafka deletes the oldest segments of
     * a partition that is larger than {@code retention.bytes}, however young they are.
     */
    public Optional<String> losesRecordsBySize() {
        return cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_DELETE) && retentionBytes >= 0
                ? Optional.of("has %s=%d, so Kafka would delete the oldest records of a larger partition, read or not"
                        .formatted(TopicConfig.RETENTION_BYTES_CONFIG, retentionBytes))
                : Optional.empty();
    }

    /**
     * Why this topic would keep only the last record of a key; empty if it keeps all. It would also reject a record without
     * a key.
     */
    public Optional<String> losesRecordsByKey() {
        return cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)
                ? Optional.of(
                        "has %s=%s, so Kafka would keep only the last record of a key, and reject records without one"
                                .formatted(TopicConfig.CLEANUP_POLICY_CONFIG, cleanupPolicy))
                : Optional.empty();
    }

    /**
     * Why this topic rejects every record on some brokers; empty if it does not. Since 3.7 a broker waits for as many replicas
     * as there are at most (KAFKA-15583), so such a topic may well work.
     */
    public Optional<String> wantsMoreReplicasThanItHas() {
        return minInSyncReplicas > replicationFactor
                ? Optional.of("has %s=%d and a replication factor of %d, so brokers before 3.7 reject every record"
                        .formatted(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, minInSyncReplicas, replicationFactor))
                : Optional.empty();
    }

    private static String days(long ms) {
        double days = ms / 86_400_000.0;
        return days >= 1 ? "%.0f days".formatted(days) : "%.1f hours".formatted(days * 24);
    }
}
