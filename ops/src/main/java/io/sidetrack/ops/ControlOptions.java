package io.sidetrack.ops;

import io.sidetrack.common.lane.DefaultNames;
import picocli.CommandLine.Option;

/** The name of the control topic: from an option, from the router's variable, or by default. */
public final class ControlOptions {
    private final Environment environment;

    @Option(
            names = "--control-topic",
            paramLabel = "TOPIC",
            description =
                    "The topic that records takeovers, the speed and pauses of backfills, and replays of dead letters."
                            + " Default:"
                            + " ROUTER_CONTROL_TOPIC, or sidetrack-control.")
    private String topic;

    /** @param environment the source of the name if the option is not given */
    public ControlOptions(Environment environment) {
        this.environment = environment;
    }

    /** The control topic. */
    public String topic() {
        return environment.orVariable(topic, "ROUTER_CONTROL_TOPIC").orElse(DefaultNames.CONTROL_TOPIC);
    }
}
