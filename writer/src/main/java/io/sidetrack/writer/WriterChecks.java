package io.sidetrack.writer;

import io.sidetrack.common.control.ControlTopicRetention;
import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.writer.settings.WriterSettings;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the topics and the consumer group before the first record is read. */
final class WriterChecks {
    private static final Logger log = LoggerFactory.getLogger(WriterChecks.class);

    /** The time limit of a call to the Kafka cluster. */
    static final Duration CLUSTER_LIMIT = Duration.ofSeconds(30);

    private WriterChecks() {}

    /**
     * The writer's topics, which have passed the checks.
     *
     * @param identity of the lane
     */
    record Topics(TopicFacts lane, TopicIdentity identity, TopicFacts deadLetters) {}

    /** @throws StartupException naming the first topic or group that does not fit, with the remedy */
    static Topics run(WriterConfig config) {
        try (Admin admin = TopicDirectory.open(config.kafka(), CLUSTER_LIMIT)) {
            return run(
                    config.settings(),
                    new TopicDirectory(admin, CLUSTER_LIMIT),
                    new GroupOffsets(admin, CLUSTER_LIMIT));
        }
    }

    private static Topics run(WriterSettings settings, TopicDirectory topics, GroupOffsets offsets) {
        TopicFacts lane = topics.require(WriterSettings.TOPIC, settings.topic());
        TopicFacts deadLetters = topics.require(WriterSettings.DEAD_LETTER_TOPIC, settings.deadLetterTopic());
        requireRetention(deadLetters);
        warnOfLimits(deadLetters, lane);
        if (settings.guard().lane() == Lane.BACKFILL) {
            ControlTopicRetention.warnIfLimited(topics, settings.controlTopic());
        }
        settings.formerGroup().ifPresent(former -> FormerGroup.requireUnused(settings, former, offsets));
        return new Topics(lane, topics.identity(settings.topic()), deadLetters);
    }

    /** A dead letter must stay until an operator has handled it, regardless of its record's age and key. */
    private static void requireRetention(TopicFacts deadLetters) {
        deadLetters.losesOldRecords().ifPresent(loss -> {
            throw unfit(deadLetters, loss, "Set message.timestamp.type=LogAppendTime on it");
        });
        deadLetters.losesRecordsByKey().ifPresent(loss -> {
            throw unfit(deadLetters, loss, "Set cleanup.policy=delete on it");
        });
    }

    private static StartupException unfit(TopicFacts deadLetters, String problem, String remedy) {
        return new StartupException(
                WriterSettings.DEAD_LETTER_TOPIC + "=" + deadLetters.name(),
                problem,
                remedy + " (`sidetrack provision` does), or name another topic.");
    }

    /** Only warnings: dead letters are rare, and few records are as large as their lane allows. */
    private static void warnOfLimits(TopicFacts deadLetters, TopicFacts lane) {
        long largest = (long) lane.maxMessageBytes() + DeadLetterHeaders.MAX_ADDED_BYTES;
        if (deadLetters.maxMessageBytes() < largest) {
            log.warn(
                    "dead-letter topic {} has max.message.bytes={}, too little for the largest record of {} and the headers of"
                            + " a dead letter; raise it to {} or more (`sidetrack provision` does)",
                    deadLetters.name(),
                    deadLetters.maxMessageBytes(),
                    lane.name(),
                    largest);
        }
        deadLetters
                .wantsMoreReplicasThanItHas()
                .ifPresent(problem -> log.warn(
                        "dead-letter topic {} {}; lower it to {}, or add replicas",
                        deadLetters.name(),
                        problem,
                        deadLetters.replicationFactor()));
    }
}
