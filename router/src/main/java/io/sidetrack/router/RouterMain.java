package io.sidetrack.router;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.http.HttpEndpoints;
import io.sidetrack.common.service.ServiceLaunch;
import io.sidetrack.common.service.ServiceMetrics;
import io.sidetrack.common.service.StreamsHealth;
import io.sidetrack.common.service.StreamsProcess;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.service.ThreadReplacement;
import io.sidetrack.common.settings.KafkaClientSettings;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.router.lane.HeaderRule;
import io.sidetrack.router.lane.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router: wires its parts and runs until it is stopped. */
public final class RouterMain {
    private static final Logger log = LoggerFactory.getLogger(RouterMain.class);

    private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(30);

    private RouterMain() {}

    /** Exit codes: 0 after a clean stop, 1 after a failure, 2 if it could not start. */
    public static void main(String[] args) {
        System.exit(ServiceLaunch.run("sidetrack-router", () -> run(System.getenv())));
    }

    private static int run(Map<String, String> environment) {
        RouterSettings settings = RouterSettings.read(environment);
        Map<String, Object> kafka = KafkaClientSettings.read(environment, RouterStreamsConfig.OWNED);
        StreamsConfig config = RouterStreamsConfig.of(settings, kafka);
        try (Admin admin = TopicDirectory.open(kafka, CLUSTER_PATIENCE)) {
            RouterChecks.run(settings, new TopicDirectory(admin, CLUSTER_PATIENCE));
        }
        settings.unknown().forEach(name -> log.warn("{} is not a setting of the router; it is ignored", name));

        PrometheusMeterRegistry registry = ServiceMetrics.registry();
        RouterMetrics metrics = new RouterMetrics(registry);
        Rules rules = new Rules(List.of(new HeaderRule(settings.backfillHeader())));
        KafkaStreams streams = new KafkaStreams(RouterTopology.of(settings, rules, metrics::routed), config);
        StreamsHealth health = new StreamsHealth(streams, StreamsSettings.maxPollInterval(config));
        try (HttpEndpoints http =
                        HttpEndpoints.listen(RouterSettings.HTTP_PORT, settings.httpPort(), health, registry);
                ServiceMetrics.Binding bound = ServiceMetrics.bind(streams, registry)) {
            log.info(
                    "routing {} to {} (live) and {} (records with header {}), {}, HTTP on {}",
                    settings.sourceTopic(),
                    settings.liveTopic(),
                    settings.backfillTopic(),
                    settings.backfillHeader(),
                    settings.processingGuarantee(),
                    http.port());
            return new StreamsProcess(streams, ThreadReplacement.standard(), settings.shutdownTimeout(), () -> true)
                    .run();
        }
    }
}
