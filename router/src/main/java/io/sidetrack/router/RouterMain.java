package io.sidetrack.router;

import io.sidetrack.common.build.Platform;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.service.ServiceLaunch;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.LogSettings;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.startup.ClusterFacts;
import io.sidetrack.router.startup.RouterChecks;
import io.sidetrack.router.startup.RouterTopics;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router's entry point: reads the settings, checks the cluster, and runs the router until it is stopped. */
public final class RouterMain {
    private static final Logger log = LoggerFactory.getLogger(RouterMain.class);

    private RouterMain() {}

    /** Exit codes: 0 after a clean stop, 1 after a failure, 2 if it could not start. */
    public static void main(String[] args) {
        System.exit(ServiceLaunch.run("sidetrack-router", args, () -> run(System.getenv())));
    }

    private static int run(Map<String, String> environment) {
        Secrets.remember(environment);
        Platform.of(System.getProperties()).requireNativeLibraries();
        LogSettings.check(environment);
        RouterSettings settings = RouterSettings.read(environment);
        KafkaProperties kafka = KafkaProperties.read(environment);
        // Before the cluster is checked, so that an invalid property is reported at once and not after a timeout.
        var unused = RouterStreamsConfig.of(settings, kafka, RouterTopics.LEAST_REQUEST_BYTES);
        ClusterFacts cluster = RouterChecks.run(settings, kafka);
        settings.unknown().forEach(name -> log.warn("{} is not a setting of the router and is ignored", name));
        try (RouterAssembly router = new RouterAssembly(settings, kafka, cluster)) {
            return router.run();
        }
    }
}
