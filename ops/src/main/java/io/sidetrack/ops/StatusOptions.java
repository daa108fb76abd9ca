package io.sidetrack.ops;

import io.sidetrack.common.lane.DefaultNames;
import picocli.CommandLine.Option;

/** The name of the status topic: from the option, from the services' own variables, or by default. */
public final class StatusOptions {
    private final Environment environment;

    @Option(
            names = "--status-topic",
            paramLabel = "TOPIC",
            description =
                    "The topic in which services count the records of named backfills. Default: ROUTER_STATUS_TOPIC, or "
                            + DefaultNames.STATUS_TOPIC + ".")
    private String topic;

    /** @param environment the source of the name if the option is not given */
    public StatusOptions(Environment environment) {
        this.environment = environment;
    }

    /** The status topic. */
    public String topic() {
        return environment.orVariable(topic, "ROUTER_STATUS_TOPIC").orElse(DefaultNames.STATUS_TOPIC);
    }
}
