package io.sidetrack.ops;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The names of the shared topic and its lanes: from options, from the services' own variables, or by default. */
public final class LaneOptions {
    private static final String SOURCE = "ROUTER_SOURCE_TOPIC";
    private static final String LIVE = "ROUTER_LIVE_TOPIC";
    private static final String BACKFILL = "ROUTER_BACKFILL_TOPIC";
    private static final String WRITER = "WRITER_TOPIC";

    private final Environment environment;

    @Option(names = "--source", paramLabel = "TOPIC", description = "The shared topic. Default: " + SOURCE + ".")
    private String source;

    @Option(
            names = "--live",
            paramLabel = "TOPIC",
            description = "The live lane. Default: " + LIVE + ", or SOURCE-live.")
    private String live;

    @Option(
            names = "--backfill",
            paramLabel = "TOPIC",
            description = "The backfill lane. Default: " + BACKFILL + ", or SOURCE-backfill. With the name of the live"
                    + " lane, both lanes are one topic.")
    private String backfill;

    /**
     * The topics that options name, or that variables name.
     *
     * @param source the shared topic
     * @param live the live lane
     * @param backfill the backfill lane
     */
    public record Named(Optional<String> source, Optional<String> live, Optional<String> backfill) {}

    /** @param environment the source of names that no option gives */
    public LaneOptions(Environment environment) {
        this.environment = environment;
    }

    /**
     * The shared topic.
     *
     * @throws StartupException if neither the option nor the variable is set
     */
    public String source() {
        return knownSource()
                .orElseThrow(() -> new StartupException(
                        "--source", "not given", "Name the shared topic, here or in " + SOURCE + "."));
    }

    /** The shared topic; empty if neither the option nor the variable is set. */
    public Optional<String> knownSource() {
        return environment.orVariable(source, SOURCE);
    }

    /** The live lane. */
    public String live() {
        return environment.orVariable(live, LIVE).orElseGet(() -> DefaultNames.liveTopic(source()));
    }

    /** The backfill lane, which may be the topic of the live lane. */
    public String backfill() {
        return knownBackfill().orElseGet(() -> DefaultNames.backfillTopic(source()));
    }

    /** The backfill lane; empty if neither it nor the shared topic is named. */
    public Optional<String> knownBackfill() {
        return environment.orVariable(backfill, BACKFILL).or(() -> knownSource().map(DefaultNames::backfillTopic));
    }

    /** True if both lanes are one topic: the router only repartitions its source then. */
    public boolean isOneTopic() {
        return live().equals(backfill());
    }

    /** The topics that options name. */
    public Named options() {
        return new Named(Optional.ofNullable(source), Optional.ofNullable(live), Optional.ofNullable(backfill));
    }

    /** The topics that the services' variables name. */
    public Named variables() {
        return variables(environment);
    }

    /** The topics that the services' variables name, for a command without these options. */
    public static Named variables(Environment environment) {
        return new Named(environment.get(SOURCE), environment.get(LIVE), environment.get(BACKFILL));
    }

    /** All topics that are known to belong to this installation: named by an option or a variable, or named after the source. */
    public Set<String> known() {
        Set<String> topics = new TreeSet<>();
        knownSource().ifPresent(topics::add);
        environment
                .orVariable(live, LIVE)
                .or(() -> knownSource().map(DefaultNames::liveTopic))
                .ifPresent(topics::add);
        knownBackfill().ifPresent(topics::add);
        environment.get(WRITER).ifPresent(topics::add);
        return topics;
    }
}
