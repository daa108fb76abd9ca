package io.sidetrack.router;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.startup.RouterTopics;
import java.util.Map;

/** The part of a router's start that reads its configuration. */
public final class RouterStart {
    private RouterStart() {}

    /**
     * Reads the configuration of a router.
     *
     * @throws io.sidetrack.common.settings.StartupException as the router would print it
     */
    public static RouterSettings configure(Map<String, String> environment) {
        RouterSettings settings = RouterSettings.read(environment);
        var unused =
                RouterStreamsConfig.of(settings, KafkaProperties.read(environment), RouterTopics.LEAST_REQUEST_BYTES);
        return settings;
    }
}
