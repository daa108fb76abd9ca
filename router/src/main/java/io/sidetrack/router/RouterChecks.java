package io.sidetrack.router;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be true of topics and brokers before the first record is routed. */
final class RouterChecks {
    private static final Logger log = LoggerFactory.getLogger(RouterChecks.class);

    private RouterChecks() {}

    /** @throws StartupException naming the first topic that is missing or unfit, with the remedy */
    static RouterTopics run(RouterSettings settings, TopicDirectory topics) {
        TopicFacts source = topics.require(RouterSettings.SOURCE_TOPIC, settings.sourceTopic());
        return new RouterTopics(
                source,
                lane(RouterSettings.LIVE_TOPIC, settings.liveTopic(), source, settings, topics),
                lane(RouterSettings.BACKFILL_TOPIC, settings.backfillTopic(), source, settings, topics),
                lane(RouterSettings.DEAD_LETTER_TOPIC, settings.deadLetterTopic(), source, settings, topics));
    }

    private static TopicFacts lane(
            String setting, String topic, TopicFacts source, RouterSettings settings, TopicDirectory topics) {
        TopicFacts lane = topics.require(setting, topic);
        if (lane.maxMessageBytes() < source.maxMessageBytes()) {
            throw new StartupException(
                    setting + "=" + topic,
                    "has max.message.bytes=%d, less than the source's %d, so it would refuse records of the source"
                            .formatted(lane.maxMessageBytes(), source.maxMessageBytes()),
                    "Raise it; `sidetrack provision` does.");
        }
        Optional<String> loss = lane.losesOldRecords();
        if (loss.isPresent() && settings.allowShortRetention()) {
            log.warn("lane topic {} {}; going on, as {} says", topic, loss.get(), RouterSettings.ALLOW_SHORT_RETENTION);
        } else if (loss.isPresent()) {
            throw new StartupException(
                    setting + "=" + topic,
                    loss.get(),
                    "Set message.timestamp.type=LogAppendTime on it (`sidetrack provision` does), or allow it with "
                            + RouterSettings.ALLOW_SHORT_RETENTION + "=true.");
        }
        return lane;
    }

    /**
     * Logs a warning if the brokers' release line is one whose brokers can break exactly-once. Bug-fix releases cannot be
     * told apart, so it is no reason to refuse to start.
     *
     * @return true if there is such a broker
     */
    static boolean warnsOf(BrokerReleases brokers) {
        if (brokers.canSkipMarkers()) {
            log.warn(
                    "broker release line {}: {}; use brokers 4.2.x, or make sure that they have the correction",
                    brokers.text(),
                    BrokerRelease.SKIPPED_MARKERS);
        }
        return brokers.canSkipMarkers();
    }
}
