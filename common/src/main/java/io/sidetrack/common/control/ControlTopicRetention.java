package io.sidetrack.common.control;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
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

    /** What the topic would lose, as the end of a sentence that begins with the topic; empty if it keeps everything. */
    public static Optional<String> loss(TopicFacts topic) {
        return topic.losesLastRecords().map(loss -> loss + ": takeovers, and pauses of backfills, would be forgotten");
    }

    /**
     * Logs a warning if an existing topic deletes what is recorded. Nothing is lost yet, so this does not prevent a start. If this
     * principal may not see the configs of the topic, this is logged instead.
     */
    public static void warnIfLimited(TopicDirectory topics, String topic) {
        try {
            topics.find(topic)
                    .flatMap(ControlTopicRetention::loss)
                    .ifPresent(loss ->
                            log.warn("control topic {} {}; run `sidetrack provision`, which corrects it", topic, loss));
        } catch (StartupException e) {
            log.info("the retention of the control topic is not checked ({})", e.getMessage());
        }
    }
}
