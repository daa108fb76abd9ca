package io.sidetrack.router.startup;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.settings.TopicNames;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks that the topics exist, that lanes accept every record of the source, and that they keep old records (R4). */
final class TopicCheck {
    private static final Logger log = LoggerFactory.getLogger(TopicCheck.class);

    private final RouterSettings settings;
    private final TopicDirectory directory;

    TopicCheck(RouterSettings settings, TopicDirectory directory) {
        this.settings = settings;
        this.directory = directory;
    }

    /** @throws StartupException naming the first topic that is missing or unfit, with the remedy */
    RouterTopics run() {
        TopicNames names = settings.topics();
        TopicFacts source = directory.require(RouterSettings.SOURCE_TOPIC, names.source());
        TopicFacts live = destination(RouterSettings.LIVE_TOPIC, names.live(), source);
        TopicFacts backfill = destination(RouterSettings.BACKFILL_TOPIC, names.backfill(), source);
        return new RouterTopics(
                source,
                live,
                backfill,
                new ParkedTopicCheck(settings, directory).facts().orElseGet(() -> backfill.withName(names.parked())),
                destination(RouterSettings.DEAD_LETTER_TOPIC, names.deadLetters(), source));
    }

    private TopicFacts destination(String setting, String topic, TopicFacts source) {
        TopicFacts facts = directory.require(setting, topic);
        if (facts.maxMessageBytes() < source.maxMessageBytes()) {
            throw new StartupException(
                    setting + "=" + topic,
                    "has max.message.bytes=%d, less than the source's %d, so it would reject records of the source"
                            .formatted(facts.maxMessageBytes(), source.maxMessageBytes()),
                    "Raise it; `sidetrack provision` does.");
        }
        Optional<String> loss = facts.losesOldRecords();
        if (loss.isPresent() && settings.allowsShortRetention()) {
            log.warn("topic {} {}; allowed by {}", topic, loss.get(), RouterSettings.ALLOW_SHORT_RETENTION);
        } else if (loss.isPresent()) {
            throw new StartupException(
                    setting + "=" + topic,
                    loss.get(),
                    "Set message.timestamp.type=LogAppendTime on it (`sidetrack provision` does), or allow it with "
                            + RouterSettings.ALLOW_SHORT_RETENTION + "=true.");
        }
        return facts;
    }
}
