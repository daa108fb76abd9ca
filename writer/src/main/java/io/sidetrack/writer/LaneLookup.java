package io.sidetrack.writer;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicIdentity;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/**
 * Looks up the identity of the lane while the writer runs. Its client is opened by the first look-up: most lanes never have a named
 * backfill. Thread-safe.
 */
final class LaneLookup implements AutoCloseable {
    /** Short, because a stream thread waits for the result. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final KafkaProperties kafka;
    private final String lane;
    /** Null before the first look-up; guarded by this. */
    private Admin admin;

    private boolean closed;

    LaneLookup(KafkaProperties kafka, String lane) {
        this.kafka = kafka;
        this.lane = lane;
    }

    /** @throws RuntimeException if the lane cannot be described, or this is closed */
    TopicIdentity identity() {
        return new TopicDirectory(admin(), TIMEOUT).identity(lane);
    }

    private synchronized Admin admin() {
        if (closed) {
            throw new IllegalStateException("the writer has stopped");
        }
        if (admin == null) {
            admin = TopicDirectory.open(kafka, TIMEOUT);
        }
        return admin;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
