package io.sidetrack.ops.provision;

import io.sidetrack.common.topic.TopicFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/** What topics a declaration asks for. Pure. */
final class Wanted {
    /** What a router adds to a record, and what a batch may gain by being compressed another way. */
    static final int LANE_HEADROOM_BYTES = 64 * 1024;
    /** What a dead letter's headers add to a record. */
    static final int DEAD_LETTER_HEADROOM_BYTES = 64 * 1024;
    /** Kafka's default of {@code max.message.bytes}, for a source that is only being created. */
    private static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

    private Wanted() {}

    /**
     * The topics to be.
     *
     * @param lanes complete
     * @param source as it is; empty if it is not there and is to be created
     */
    static List<TopicSpec> topics(Lanes lanes, Optional<TopicFacts> source) {
        List<TopicSpec> topics = new ArrayList<>();
        if (source.isEmpty()) {
            topics.add(new TopicSpec(lanes.source(), lanes.sourcePartitions(), lanes.replicationFactor(), Map.of()));
        }
        int sourcePartitions = source.map(TopicFacts::partitions).orElse(lanes.sourcePartitions());
        int sourceBytes = source.map(TopicFacts::maxMessageBytes).orElse(DEFAULT_MAX_MESSAGE_BYTES);
        int laneBytes = plus(sourceBytes, LANE_HEADROOM_BYTES);
        int letterBytes = plus(laneBytes, DEAD_LETTER_HEADROOM_BYTES);
        int livePartitions = lanes.livePartitions() == null ? sourcePartitions : lanes.livePartitions();
        topics.add(topic(lanes, lanes.live(), livePartitions, lanes.retentionMs(), laneBytes));
        topics.add(topic(lanes, lanes.backfill(), lanes.backfillPartitions(), lanes.retentionMs(), laneBytes));
        for (String lane : List.of(lanes.source(), lanes.live(), lanes.backfill())) {
            topics.add(topic(lanes, lane + "-dead-letters", 1, lanes.deadLetterRetentionMs(), letterBytes));
        }
        return topics;
    }

    private static TopicSpec topic(Lanes lanes, String name, int partitions, long retentionMs, int maxMessageBytes) {
        return new TopicSpec(
                name,
                partitions,
                lanes.replicationFactor(),
                Map.of(
                        // Or Kafka would delete a backfill's old records by their age at the next retention check.
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "LogAppendTime",
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(retentionMs),
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(maxMessageBytes)));
    }

    private static int plus(int bytes, int headroom) {
        return (int) Math.min(Integer.MAX_VALUE, (long) bytes + headroom);
    }
}
