package io.sidetrack.common.topic;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The facts about one topic, as the cluster describes it.
 *
 * @param name the topic's name
 * @param partitions the number of partitions
 * @param replicationFactor the number of replicas of its first partition
 * @param timestampType {@code message.timestamp.type}: {@code CreateTime} or {@code LogAppendTime}
 * @param cleanupPolicy {@code cleanup.policy}, such as {@code delete} or {@code compact,delete}
 * @param retentionMs {@code retention.ms}; -1 for no limit
 * @param maxMessageBytes {@code max.message.bytes}, of a record batch
 * @param minInSyncReplicas {@code min.insync.replicas}
 * @param segmentBytes {@code segment.bytes}, which a record batch must fit into as well
 * @param compressionType {@code compression.type}: {@code producer}, {@code uncompressed}, or the codec that the broker uses for
 *     every batch, regardless of the producer's codec
 * @param retentionBytes {@code retention.bytes}, of each partition; -1 for no limit
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

    /** The {@link #compressionType} of a topic that stores batches as the producer compressed them. */
    public static final String AS_PRODUCED = "producer";

    /** Builds the facts of a topic, beginning with Kafka's defaults. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** The facts of a topic that differs from this one only in its name. */
    public TopicFacts withName(String other) {
        return new TopicFacts(
                other,
                partitions,
                replicationFactor,
                timestampType,
                cleanupPolicy,
                retentionMs,
                maxMessageBytes,
                minInSyncReplicas,
                segmentBytes,
                compressionType,
                retentionBytes);
    }

    /** True if the topic stamps records with the time of their arrival, as a lane does. */
    public boolean stampsRecords() {
        return "LogAppendTime".equals(timestampType);
    }

    /**
     * Why this topic would lose an old record that is sent to it now; empty if it would not. Kafka deletes by record timestamp: on
     * a CreateTime topic, the next retention check deletes every record older than the retention.
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
     * Why this topic would lose records because of its size, read or not; empty if it would not. Kafka deletes the oldest segments
     * of a partition that is larger than {@code retention.bytes}, however recent they are.
     */
    public Optional<String> losesRecordsBySize() {
        return cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_DELETE) && retentionBytes >= 0
                ? Optional.of("has %s=%d, so Kafka would delete the oldest records of a larger partition, read or not"
                        .formatted(TopicConfig.RETENTION_BYTES_CONFIG, retentionBytes))
                : Optional.empty();
    }

    /**
     * Why this topic would keep only the last record of a key; empty if it keeps all. Such a topic also rejects records without a
     * key.
     */
    public Optional<String> losesRecordsByKey() {
        return cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)
                ? Optional.of(
                        "has %s=%s, so Kafka would keep only the last record of a key, and reject records without one"
                                .formatted(TopicConfig.CLEANUP_POLICY_CONFIG, cleanupPolicy))
                : Optional.empty();
    }

    /**
     * Why this topic would lose the last record of a key, which a compacted one keeps; empty if it would not. A topic that compacts and
     * deletes loses it as well.
     */
    public Optional<String> losesLastRecords() {
        if (!cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_DELETE) || (retentionMs < 0 && retentionBytes < 0)) {
            return Optional.empty();
        }
        return Optional.of("has %s=%s and %s=%d, so Kafka would delete even the last record of a key"
                .formatted(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        cleanupPolicy,
                        retentionMs < 0 ? TopicConfig.RETENTION_BYTES_CONFIG : TopicConfig.RETENTION_MS_CONFIG,
                        retentionMs < 0 ? retentionBytes : retentionMs));
    }

    /**
     * Why some brokers reject every record of this topic; empty if none does. Since 3.7, brokers wait for no more replicas than
     * exist (KAFKA-15583), so the topic works there.
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

    /** Builds {@link TopicFacts}; each method is named after the component that it sets. */
    public static final class Builder {
        private final String name;
        private int partitions = 1;
        private int replicationFactor = 1;
        private String timestampType = "CreateTime";
        private String cleanupPolicy = TopicConfig.CLEANUP_POLICY_DELETE;
        private long retentionMs = Duration.ofDays(7).toMillis();
        private int maxMessageBytes = 1_048_588;
        private int minInSyncReplicas = 1;
        private int segmentBytes = 1 << 30;
        private String compressionType = AS_PRODUCED;
        private long retentionBytes = -1;

        private Builder(String name) {
            this.name = name;
        }

        public Builder partitions(int value) {
            partitions = value;
            return this;
        }

        public Builder replicationFactor(int value) {
            replicationFactor = value;
            return this;
        }

        public Builder timestampType(String value) {
            timestampType = value;
            return this;
        }

        public Builder cleanupPolicy(String value) {
            cleanupPolicy = value;
            return this;
        }

        public Builder retentionMs(long value) {
            retentionMs = value;
            return this;
        }

        public Builder maxMessageBytes(int value) {
            maxMessageBytes = value;
            return this;
        }

        public Builder minInSyncReplicas(int value) {
            minInSyncReplicas = value;
            return this;
        }

        public Builder segmentBytes(int value) {
            segmentBytes = value;
            return this;
        }

        public Builder compressionType(String value) {
            compressionType = value;
            return this;
        }

        public Builder retentionBytes(long value) {
            retentionBytes = value;
            return this;
        }

        /** The facts. */
        public TopicFacts build() {
            return new TopicFacts(
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
                    retentionBytes);
        }
    }
}
