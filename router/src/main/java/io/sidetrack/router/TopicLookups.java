package io.sidetrack.router;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.router.placement.TopicLookup;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up topics while the router runs, with an admin client of its own. */
final class TopicLookups implements TopicLookup, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopicLookups.class);

    /** Short, because a stream thread waits, possibly with an open transaction. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Admin admin;
    private final TopicDirectory directory;

    TopicLookups(KafkaProperties kafka) {
        this.admin = TopicDirectory.open(kafka, TIMEOUT);
        this.directory = new TopicDirectory(admin, TIMEOUT);
    }

    @Override
    public Optional<TopicFacts> facts(String topic) {
        try {
            return directory.find(topic);
        } catch (RuntimeException e) {
            log.warn(
                    "topic {} could not be looked up, so its last known limits stay in force: {}",
                    topic,
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** For other look-ups, with the same limit. */
    TopicDirectory directory() {
        return directory;
    }

    @Override
    public void close() {
        admin.close(TIMEOUT);
    }
}
