package io.sidetrack.router.startup;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.ControlTopicRetention;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.router.settings.RouterSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
            ControlTopicRetention.warnIfLimited(directory, settings.cut().controlTopic());
            Optional<Cut> cut = new CutCheck(settings, directory).run(control);
            return new ClusterFacts(
                    topics,
                    directory.identity(settings.topics().source()),
                    cut,
                    backfills(control, settings, directory),
                    settings.isExactlyOnce() && warnsOf(BrokerReleases.look(admin, BROKER_RELEASE_TIMEOUT)));
        }
    }

    /**
     * The settings for named backfills.
     *
     * @throws StartupException if records must be parked and cannot be: other instances may have parked older ones, which must
     *     not be overtaken
     */
    private static Map<String, NamedBackfill> backfills(
            ControlTopic control, RouterSettings settings, TopicDirectory directory) {
        Map<String, NamedBackfill> backfills =
                control.backfills(settings.topics().backfill());
        Optional<Map.Entry<String, NamedBackfill>> first = backfills.entrySet().stream()
                .filter(backfill -> backfill.getValue().mayPark())
                .findFirst();
        if (first.isPresent()) {
            new ParkedTopicCheck(settings, directory).problem().ifPresent(problem -> {
                throw new StartupException(
                        RouterSettings.PARKED_TOPIC + "=" + settings.topics().parked(),
                        "backfill %s is %s, and no record can be parked there (%s)"
                                .formatted(
                                        first.get().getKey(),
                                        first.get().getValue().state().name().toLowerCase(Locale.ROOT),
                                        problem.text()),
                        (problem.remedy() + " Or resume the backfill with `sidetrack backfill resume`.").strip());
            });
        }
        return backfills;
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
