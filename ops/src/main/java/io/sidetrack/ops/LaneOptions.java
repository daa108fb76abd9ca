package io.sidetrack.ops;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The names of topics and groups, by options, by the services' own variables, or as the services name them. */
public final class LaneOptions {
    @Option(names = "--source", paramLabel = "TOPIC", description = "The shared topic. Default: ROUTER_SOURCE_TOPIC.")
    private String source;

    @Option(
            names = "--live",
            paramLabel = "TOPIC",
            description = "The live lane. Default: ROUTER_LIVE_TOPIC, or SOURCE-live.")
    private String live;

    @Option(
            names = "--backfill",
            paramLabel = "TOPIC",
            description = "The backfill lane. Default: ROUTER_BACKFILL_TOPIC, or SOURCE-backfill.")
    private String backfill;

    @Option(
            names = "--router-group",
            paramLabel = "GROUP",
            description = "The router's group. Default: ROUTER_APPLICATION_ID, or sidetrack-router-SOURCE.")
    private String routerGroup;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description =
                    "The DynamoDB table, by name or ARN. The names of the writers' groups end with its name. Default:"
                            + " WRITER_TABLE.")
    private String table;

    @Option(
            names = "--live-group",
            paramLabel = "GROUP",
            description = "The group that reads the live lane. Default: sidetrack-writer-LIVE~TABLE.")
    private String liveGroup;

    @Option(
            names = "--backfill-group",
            paramLabel = "GROUP",
            description = "The group that reads the backfill lane. Default: sidetrack-writer-BACKFILL~TABLE.")
    private String backfillGroup;

    @Option(
            names = "--control-topic",
            paramLabel = "TOPIC",
            description = "Where takeovers and the speed of backfills are recorded. Default: ROUTER_CONTROL_TOPIC, or"
                    + " sidetrack-control.")
    private String controlTopic;

    public String source() {
        return orVariable(source, "ROUTER_SOURCE_TOPIC")
                .orElseThrow(() -> new StartupException(
                        "--source", "not given", "Name the shared topic, here or in ROUTER_SOURCE_TOPIC."));
    }

    public String live() {
        return orVariable(live, "ROUTER_LIVE_TOPIC").orElseGet(() -> DefaultNames.liveTopic(source()));
    }

    public String backfill() {
        return orVariable(backfill, "ROUTER_BACKFILL_TOPIC").orElseGet(() -> DefaultNames.backfillTopic(source()));
    }

    public String routerGroup() {
        return orVariable(routerGroup, "ROUTER_APPLICATION_ID").orElseGet(() -> DefaultNames.routerGroup(source()));
    }

    /** The table that the lanes' writers write; empty if it is not given. */
    public Optional<String> table() {
        return orVariable(table, "WRITER_TABLE");
    }

    /**
     * The group that reads the live lane.
     *
     * @throws StartupException if neither the group nor the table is given
     */
    public String liveGroup() {
        return knownLiveGroup().orElseThrow(() -> unknownGroup(live(), "--live-group"));
    }

    /**
     * The group that reads the backfill lane.
     *
     * @throws StartupException if neither the group nor the table is given
     */
    public String backfillGroup() {
        return knownBackfillGroup().orElseThrow(() -> unknownGroup(backfill(), "--backfill-group"));
    }

    /** The group that reads the live lane, if an option names it. */
    public Optional<String> namedLiveGroup() {
        return Optional.ofNullable(liveGroup);
    }

    /** As {@link #liveGroup}; empty if neither the group nor the table is given. */
    public Optional<String> knownLiveGroup() {
        return Optional.ofNullable(liveGroup).or(() -> table().map(name -> DefaultNames.writerGroup(live(), name)));
    }

    /** As {@link #backfillGroup}; empty if neither the group nor the table is given. */
    public Optional<String> knownBackfillGroup() {
        return Optional.ofNullable(backfillGroup)
                .or(() -> table().map(name -> DefaultNames.writerGroup(backfill(), name)));
    }

    private static StartupException unknownGroup(String lane, String option) {
        return new StartupException(
                "--table",
                "not given, so the group of the writer that reads " + lane + " is not known",
                "Name the table, here or in WRITER_TABLE, or the group with " + option + ".");
    }

    public String controlTopic() {
        return orVariable(controlTopic, "ROUTER_CONTROL_TOPIC").orElse(DefaultNames.CONTROL_TOPIC);
    }

    /** What an option says; if it is not given, what a variable says, unless that is blank. */
    public static Optional<String> orVariable(String option, String variable) {
        return Optional.ofNullable(option)
                .or(() -> Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank()));
    }
}
