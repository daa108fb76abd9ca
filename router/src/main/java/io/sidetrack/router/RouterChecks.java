package io.sidetrack.router;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.ControlValue;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be true of brokers, topics and a takeover's cut before the first record is routed. */
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

    /**
     * The cut of this router.
     *
     * @return empty if nothing was taken over
     * @throws StartupException if the cut is not valid, is of another topic, is expected and not there, or cannot be looked
     *     up
     */
    static Optional<Cut> cut(RouterSettings settings, ControlTopic control, TopicDirectory topics) {
        ControlValue<Cut> recorded = control.cut(settings.applicationId());
        if (recorded.rejected().isPresent() && !settings.exemptions().invalid()) {
            throw new StartupException(
                    "control topic " + settings.controlTopic(),
                    recorded.rejected().get() + ": not a valid cut for group " + settings.applicationId()
                            + ", so it is not known what belongs to the backlog",
                    "Take the topic over again with `sidetrack adopt --reset-router`, remove the cut with `sidetrack release"
                            + " --cut-only --router-group %s`, or set %s=true, so that the valid cut before it counts, if there is one."
                                    .formatted(settings.applicationId(), RouterSettings.ALLOW_INVALID_CUT));
        }
        Optional<Cut> found = recorded.value().filter(cut -> isOfTheSource(cut, settings, topics));
        if (found.isEmpty()) {
            if (settings.expectCut()) {
                throw new StartupException(
                        RouterSettings.EXPECT_CUT + "=true",
                        "no cut is recorded for group %s in control topic %s, so the backlog would be routed as live"
                                .formatted(settings.applicationId(), settings.controlTopic()),
                        "Correct %s or %s, or take the topic over with `sidetrack adopt`; if no backlog is left, remove %s."
                                .formatted(
                                        RouterSettings.APPLICATION_ID,
                                        RouterSettings.CONTROL_TOPIC,
                                        RouterSettings.EXPECT_CUT));
            }
            return found;
        }
        Cut cut = found.get();
        if (cut.identity() == null) {
            log.warn(
                    "the cut of group {} was recorded by an earlier version, without the ids of topic and cluster; it is"
                            + " applied because its topic is named {}; if {} was created again since, stop the router and"
                            + " run `sidetrack adopt --reset-router` or `sidetrack release --cut-only`",
                    settings.applicationId(),
                    cut.source(),
                    cut.source());
        }
        return found;
    }

    /** @throws StartupException if it is not, and that is not exempted */
    private static boolean isOfTheSource(Cut cut, RouterSettings settings, TopicDirectory topics) {
        TopicIdentity now = topics.identity(settings.sourceTopic());
        if (cut.isOf(settings.sourceTopic(), now)) {
            return true;
        }
        if (!settings.exemptions().foreign()) {
            throw new StartupException(
                    RouterSettings.SOURCE_TOPIC + "=" + settings.sourceTopic(),
                    "this is not the topic that was taken over: the cut of group %s in control topic %s is of %s (%s), and this is %s (%s)"
                            .formatted(
                                    settings.applicationId(),
                                    settings.controlTopic(),
                                    cut.source(),
                                    cut.identity() == null ? "ids not recorded" : cut.identity(),
                                    settings.sourceTopic(),
                                    now),
                    "Correct the setting, take this topic over with `sidetrack adopt`, or remove the cut with `sidetrack"
                            + " release --cut-only --router-group " + settings.applicationId() + "`, or set "
                            + RouterSettings.ALLOW_FOREIGN_CUT + "=true to ignore it.");
        }
        log.warn(
                "the cut of group {} is of {}, not of {}; it is ignored, as {} requests",
                settings.applicationId(),
                cut.source(),
                settings.sourceTopic(),
                RouterSettings.ALLOW_FOREIGN_CUT);
        return false;
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
