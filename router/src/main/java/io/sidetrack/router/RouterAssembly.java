package io.sidetrack.router;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.build.BuildInfo;
import io.sidetrack.common.control.ControlFollower;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.http.HttpEndpoints;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.service.ClientDefects;
import io.sidetrack.common.service.Closer;
import io.sidetrack.common.service.ServiceMetrics;
import io.sidetrack.common.service.StreamsHealth;
import io.sidetrack.common.service.StreamsProcess;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.service.ThreadReplacement;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.status.StatusPublisher;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.batch.SourceRange;
import io.sidetrack.router.park.ParkingLot;
import io.sidetrack.router.route.EnabledRules;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.startup.ClusterFacts;
import io.sidetrack.router.startup.ParkedTopicCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects of a router, built from its settings. Owns what it opens; {@link #close()} also ends a router that never ran. */
final class RouterAssembly implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouterAssembly.class);

    private static final Duration PROBLEM_REMINDER = Duration.ofMinutes(1);

    private static final String SOURCE_UNKNOWN = "the source cannot be looked up";

    private static final Duration PROBLEM_TICK = Duration.ofSeconds(1);

    private final RouterSettings settings;
    private final Closer closer = new Closer();

    private final PrometheusMeterRegistry registry = ServiceMetrics.registry();
    private final RouterMetrics metrics;
    private final LaneProducers producers;
    private final TopicLookups lookups;
    private final ControlFollower backfills;
    private final KafkaStreams streams;
    private final HttpEndpoints http;

    /** @throws StartupException if a Kafka property is invalid or a port is not available; then nothing is left open */
    RouterAssembly(RouterSettings settings, KafkaProperties kafka, ClusterFacts cluster) {
        this.settings = settings;
        try {
            EnabledRules rules =
                    new EnabledRules(settings.rules(), cluster.cut().map(Cut::ends));
            ProblemLog problems = openProblemLog();
            metrics = new RouterMetrics(registry, problems);
            metrics.brokerWarning(cluster.brokersCanSkipMarkers());
            StreamsConfig config = RouterStreamsConfig.of(
                    settings, kafka, cluster.topics().maxRequestBytes(), new SourceRange(metrics::lost));
            ClientDefects.of(config).ifPresent(log::warn);
            producers = new LaneProducers(
                    settings.topics().parked(),
                    (partition, offset, reason) ->
                            metrics.failedSend(settings.topics().source(), partition, offset, reason));
            lookups = closer.add(new TopicLookups(kafka), TopicLookups::close);
            NamedBackfills applied = new NamedBackfills(settings.rules().header());
            backfills = closer.add(follow(kafka, cluster, applied, problems), ControlFollower::close);
            streams = new KafkaStreams(
                    RouterTopology.of(
                            settings,
                            rules,
                            RouterTopology.destinations(
                                    cluster.topics(), RouterStreamsConfig.producerLimits(config), lookups),
                            producers,
                            metrics,
                            new ParkingLot(
                                    settings.rules().header(),
                                    applied,
                                    backfills,
                                    settings.isExactlyOnce(),
                                    System::nanoTime),
                            publishedTally(kafka),
                            Clock.systemUTC()),
                    config,
                    producers);
            closer.add(streams, made -> made.close(Duration.ZERO));
            http = HttpEndpoints.listen(
                    settings.http(), new StreamsHealth(streams, StreamsSettings.maxPollInterval(config)), registry);
            closer.add(http, HttpEndpoints::close);
            closer.add(ServiceMetrics.bind(streams, registry), ServiceMetrics.Binding::close);
            logStart(rules, cluster.cut());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Counts that `sidetrack progress` reads from the status topic. */
    private BackfillTally publishedTally(KafkaProperties kafka) {
        BackfillTally tally = new BackfillTally(Clock.systemUTC());
        StatusKey services = new StatusKey(
                StatusKey.ROUTER, settings.applicationId(), settings.topics().source(), 0);
        closer.add(StatusPublisher.start(kafka, settings.statusTopic(), services, tally), StatusPublisher::close);
        return tally;
    }

    /** Applies the operator's settings that were read at start-up, and then each new one. */
    private ControlFollower follow(
            KafkaProperties kafka, ClusterFacts cluster, NamedBackfills applied, ProblemLog problems) {
        ParkedTopicCheck check = new ParkedTopicCheck(settings, lookups.directory());
        String source = settings.topics().source();
        IdentityWatch identity = new IdentityWatch(
                cluster.source(),
                () -> lookups.directory().identity(source),
                System::nanoTime,
                failure -> problems.report(
                        SOURCE_UNKNOWN, failure.getMessage() + "; named backfills are treated as if it were the same"));
        BackfillControl control = new BackfillControl(
                applied, settings.topics().parked(), check::problem, identity, problems, metrics, System::nanoTime);
        ControlTopic topic = new ControlTopic(settings.cut().controlTopic(), kafka, ControlFollower.READ_LIMIT);
        return ControlFollower.start(topic, settings.topics().backfill(), cluster.backfills(), control, problems);
    }

    /** Periodically ends problems that no longer occur, while the router runs. */
    private ProblemLog openProblemLog() {
        ProblemLog problems = new ProblemLog(log, System::nanoTime, PROBLEM_REMINDER);
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Daemons.named("problem-log"));
        closer.add(thread, ScheduledExecutorService::shutdownNow);
        var unused = thread.scheduleWithFixedDelay(
                problems::tick, PROBLEM_TICK.toMillis(), PROBLEM_TICK.toMillis(), TimeUnit.MILLISECONDS);
        return problems;
    }

    private void logStart(EnabledRules rules, Optional<Cut> cut) {
        log.info(
                "routing {} to {} (live) and {} (backfill, rules: {}), {}, HTTP on {}, version {}",
                settings.topics().source(),
                settings.topics().live(),
                settings.topics().backfill(),
                rules.names(),
                settings.processingGuarantee(),
                http.ports(),
                BuildInfo.current());
        if (settings.topics().isRepartitioner()) {
            log.info("both lanes are one topic: repartitioning by {}", settings.partitionBy());
        }
        cut.ifPresent(taken ->
                log.info("the backlog of group {} up to {} goes to the backfill lane", taken.group(), taken.ends()));
    }

    /** Routes until the router is stopped or fails; see {@link StreamsProcess#run}. */
    int run() {
        return new StreamsProcess(streams, ThreadReplacement.standard(), settings.shutdownTimeout(), stopHooks()).run();
    }

    /** A shutdown is complete if no flush and no commit has failed since it began. */
    private StreamsProcess.Hooks stopHooks() {
        AtomicLong failedBefore = new AtomicLong(-1);
        return new StreamsProcess.Hooks(
                () -> {
                    failedBefore.compareAndSet(-1, producers.failedEnds());
                    streams.pause();
                },
                () -> producers.failedEnds() == failedBefore.get(),
                () -> {
                    backfills.close();
                    lookups.close();
                });
    }

    /** Closes everything in the reverse order of opening; has no effect the second time. */
    @Override
    public void close() {
        closer.close();
    }
}
