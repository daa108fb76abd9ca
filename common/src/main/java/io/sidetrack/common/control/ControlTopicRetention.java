package io.sidetrack.common.control;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether the control topic keeps what is recorded in it. Commands create it with compaction, but somebody else may have
 * created it before.
 */
public final class ControlTopicRetention {
    private static final Logger log = LoggerFactory.getLogger(ControlTopicRetention.class);

    private ControlTopicRetention() {}

    /**
     * Logs a warning if an existing topic deletes what is recorded. Nothing is lost yet, so this does not prevent a start. If this
     * principal may not see the configs of the topic, one line says so.
     */
    public static void warnIfLimited(TopicDirectory topics, String topic) {
        try {
            Optional.ofNullable(topics.find(List.of(topic)).get(topic))
                    .flatMap(TopicFacts::losesLastRecords)
                    .ifPresent(loss -> log.warn(
                            "control topic {} {}: takeovers, and pauses of backfills, would be forgotten; run `sidetrack"
                                    + " provision`, which corrects it",
                            topic,
                            loss));
        } catch (StartupException e) {
            log.info("control topic: it is not checked whether it keeps what is recorded ({})", e.getMessage());
        }
    }
}
