package io.sidetrack.ops;

import io.sidetrack.common.lane.DefaultNames;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The name of the topic for parked records: from the option, from the router's own variable, or by default. */
public final class ParkedOptions {
    private static final String PARKED = "ROUTER_PARKED_TOPIC";

    private final Environment environment;

    @Option(
            names = "--parked",
            paramLabel = "TOPIC",
            description = "The topic for the records of named backfills that are paused or cancelled. Default: "
                    + PARKED + ", or the backfill lane's name followed by -parked.")
    private String parked;

    /** @param environment the source of the name if no option gives it */
    public ParkedOptions(Environment environment) {
        this.environment = environment;
    }

    /** The topic that the option names. */
    public Optional<String> option() {
        return Optional.ofNullable(parked);
    }

    /** The topic that the router's variable names. */
    public Optional<String> variable() {
        return environment.get(PARKED);
    }

    /**
     * The topic for parked records.
     *
     * @param lane the backfill lane
     */
    public String topic(String lane) {
        return option().or(this::variable).orElseGet(() -> DefaultNames.parkedTopic(lane));
    }
}
