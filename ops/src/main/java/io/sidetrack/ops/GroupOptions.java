package io.sidetrack.ops;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The names of the services' consumer groups: from options, from the services' own variables, or by default. */
public final class GroupOptions {
    private final Environment environment;

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

    /** @param environment the source of names that no option gives */
    public GroupOptions(Environment environment) {
        this.environment = environment;
    }

    /** The group of the router. */
    public String router(LaneOptions lanes) {
        return environment
                .orVariable(routerGroup, "ROUTER_APPLICATION_ID")
                .orElseGet(() -> DefaultNames.routerGroup(lanes.source()));
    }

    /** The table that the lanes' writers write; empty if it is unknown. */
    public Optional<String> table() {
        return environment.orVariable(table, "WRITER_TABLE");
    }

    /**
     * The group that reads the live lane.
     *
     * @throws StartupException if neither the group nor the table is given
     */
    public String live(LaneOptions lanes) {
        return knownLive(lanes).orElseThrow(() -> unknown(lanes.live(), "--live-group"));
    }

    /**
     * The group that reads the backfill lane.
     *
     * @throws StartupException if neither the group nor the table is given
     */
    public String backfill(LaneOptions lanes) {
        return knownBackfill(lanes).orElseThrow(() -> unknown(lanes.backfill(), "--backfill-group"));
    }

    /** The group that reads the live lane, if an option names it. */
    public Optional<String> namedLive() {
        return Optional.ofNullable(liveGroup);
    }

    /** The group that reads the backfill lane, if an option names it. */
    public Optional<String> namedBackfill() {
        return Optional.ofNullable(backfillGroup);
    }

    /** The group that reads the live lane; empty if neither the group nor the table is given. */
    public Optional<String> knownLive(LaneOptions lanes) {
        return namedLive().or(() -> writer(lanes.live()));
    }

    /** The group that reads the backfill lane; empty if neither the group nor the table is given. */
    public Optional<String> knownBackfill(LaneOptions lanes) {
        return namedBackfill().or(() -> writer(lanes.backfill()));
    }

    private Optional<String> writer(String lane) {
        return table().map(name -> DefaultNames.writerGroup(lane, name));
    }

    private static StartupException unknown(String lane, String option) {
        return new StartupException(
                "--table",
                "not given, so the group of the writer that reads " + lane + " is not known",
                "Name the table, here or in WRITER_TABLE, or the group with " + option + ".");
    }
}
