package io.sidetrack.router;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.build.BuildInfo;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.http.HttpEndpoints;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.service.ServiceLaunch;
import io.sidetrack.common.service.ServiceMetrics;
import io.sidetrack.common.service.StreamsHealth;
import io.sidetrack.common.service.StreamsProcess;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.service.ThreadReplacement;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.batch.SourceRange;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router: wires its parts and runs until it is stopped. */
public final class RouterMain {
    private static final Logger log = LoggerFactory.getLogger(RouterMain.class);

    private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(30);

    private static final Duration BROKER_RELEASE_PATIENCE = Duration.ofSeconds(10);

    private static final Duration PROBLEM_REMINDER = Duration.ofMinutes(1);

    private static final Duration PROBLEM_TICK = Duration.ofSeconds(1);

    private RouterMain() {}

    /** Exit codes: 0 after a clean stop, 1 after a failure, 2 if it could not start. */
    public static void main(String[] args) {
        System.exit(ServiceLaunch.run("sidetrack-router", args, () -> run(System.getenv())));
    }

    private static int run(Map<String, String> environment) {
        Secrets.remember(environment);
        RouterSettings settings = RouterSettings.read(environment);
        KafkaProperties kafka = KafkaProperties.read(environment);
        // Looked at before the cluster is: a bad property is told at once, and not after a timeout.
        var unused = RouterStreamsConfig.of(settings, kafka, RouterTopics.LEAST_REQUEST_BYTES);
        RouterTopics topics;
        Optional<Cut> cut;
        boolean brokerWarning;
        try (Admin admin = TopicDirectory.open(kafka, CLUSTER_PATIENCE)) {
            TopicDirectory directory = new TopicDirectory(admin, CLUSTER_PATIENCE);
            topics = RouterChecks.run(settings, directory);
            ControlTopic control = new ControlTopic(settings.controlTopic(), kafka, CLUSTER_PATIENCE)
                    .with(settings.exemptions().unreadable());
            cut = RouterChecks.cut(settings, control, directory);
            brokerWarning = settings.isExactlyOnce()
                    && RouterChecks.warnsOf(BrokerReleases.look(admin, BROKER_RELEASE_PATIENCE));
        }
        settings.unknown().forEach(name -> log.warn("{} is not a setting of the router; it is ignored", name));

        PrometheusMeterRegistry registry = ServiceMetrics.registry();
        ProblemLog problems = new ProblemLog(log, System::nanoTime, PROBLEM_REMINDER);
        tick(problems);
        RouterMetrics metrics = new RouterMetrics(registry, problems);
        metrics.brokerWarning(brokerWarning);
        StreamsConfig config =
                RouterStreamsConfig.of(settings, kafka, topics.maxRequestBytes(), new SourceRange(metrics::lost));
        TopicLookups lookups = new TopicLookups(kafka);
        LaneProducers producers = new LaneProducers(
                (partition, offset, reason) -> metrics.failedSend(settings.sourceTopic(), partition, offset, reason));
        KafkaStreams streams = new KafkaStreams(
                RouterTopology.of(
                        settings,
                        topics,
                        cut,
                        ProducerLimits.of(config),
                        lookups,
                        producers,
                        Clock.systemUTC(),
                        metrics),
                config,
                producers);
        StreamsHealth health = new StreamsHealth(streams, StreamsSettings.maxPollInterval(config));
        try (HttpEndpoints http = HttpEndpoints.listen(settings.http(), health, registry);
                ServiceMetrics.Binding bound = ServiceMetrics.bind(streams, registry)) {
            log.info(
                    "routing {} to {} (live) and {} (backfill, by: {}), {}, HTTP on {}, version {}",
                    settings.sourceTopic(),
                    settings.liveTopic(),
                    settings.backfillTopic(),
                    settings.rules().names(cut.map(Cut::ends)),
                    settings.processingGuarantee(),
                    http.ports(),
                    BuildInfo.current());
            if (settings.isRepartitioner()) {
                log.info("both lanes are one topic: repartitioning, by {}", settings.partitionBy());
            }
            cut.ifPresent(was -> log.info("the backlog of group {} up to {} is a backfill", was.group(), was.ends()));
            return new StreamsProcess(
                            streams,
                            ThreadReplacement.standard(),
                            settings.shutdownTimeout(),
                            stopHooks(streams, producers, lookups))
                    .run();
        }
    }

    /** A stop has left nothing behind if nothing that it had to flush and to commit has failed. */
    private static StreamsProcess.Hooks stopHooks(KafkaStreams streams, LaneProducers producers, TopicLookups lookups) {
        AtomicLong failedBefore = new AtomicLong(-1);
        return new StreamsProcess.Hooks(
                () -> {
                    failedBefore.compareAndSet(-1, producers.failedEnds());
                    streams.pause();
                },
                () -> producers.failedEnds() == failedBefore.get(),
                lookups::close);
    }

    /** Ends problems that do not occur any more. */
    private static void tick(ProblemLog problems) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Daemons.named("problem-log"));
        var unused = thread.scheduleWithFixedDelay(
                problems::tick, PROBLEM_TICK.toMillis(), PROBLEM_TICK.toMillis(), TimeUnit.MILLISECONDS);
    }
}
