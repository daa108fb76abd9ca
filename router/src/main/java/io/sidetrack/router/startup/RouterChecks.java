package io.sidetrack.router.startup;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.router.settings.RouterSettings;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the cluster before the first record is routed. */
public final class RouterChecks {
    private static final Logger log = LoggerFactory.getLogger(RouterChecks.class);

    private static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration BROKER_RELEASE_TIMEOUT = Duration.ofSeconds(10);

    private RouterChecks() {}

    /**
     * Reads the facts that the router depends on, and checks them.
     *
     * @throws StartupException naming the first problem, with the remedy
     */
    public static ClusterFacts run(RouterSettings settings, KafkaProperties kafka) {
        try (Admin admin = TopicDirectory.open(kafka, CLUSTER_TIMEOUT)) {
            TopicDirectory directory = new TopicDirectory(admin, CLUSTER_TIMEOUT);
            RouterTopics topics = new TopicCheck(settings, directory).run();
            ControlTopic control = new ControlTopic(settings.cut().controlTopic(), kafka, CLUSTER_TIMEOUT)
                    .with(settings.cut().unreadable());
            return new ClusterFacts(
                    topics,
                    new CutCheck(settings, directory).run(control),
                    settings.isExactlyOnce() && warnsOf(BrokerReleases.look(admin, BROKER_RELEASE_TIMEOUT)));
        }
    }

    /**
     * Logs a warning if the brokers' release line can break exactly-once. Clients cannot distinguish the releases of a line, so
     * this does not prevent a start.
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
