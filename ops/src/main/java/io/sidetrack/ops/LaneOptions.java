package io.sidetrack.ops;

import io.sidetrack.common.control.ControlTopic;
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
            names = "--live-group",
            paramLabel = "GROUP",
            description = "The group that reads the live lane. Default: sidetrack-writer-LIVE.")
    private String liveGroup;

    @Option(
            names = "--backfill-group",
            paramLabel = "GROUP",
            description = "The group that reads the backfill lane. Default: sidetrack-writer-BACKFILL.")
    private String backfillGroup;

    @Option(
            names = "--control-topic",
            paramLabel = "TOPIC",
            description = "Where takeovers and the speed of backfills are recorded. Default: ROUTER_CONTROL_TOPIC, or"
                    + " sidetrack-control.")
    private String controlTopic;

    public String source() {
        return first(source, "ROUTER_SOURCE_TOPIC")
                .orElseThrow(() -> new StartupException(
                        "--source", "not given", "Name the shared topic, here or in ROUTER_SOURCE_TOPIC."));
    }

    public String live() {
        return first(live, "ROUTER_LIVE_TOPIC").orElseGet(() -> source() + "-live");
    }

    public String backfill() {
        return first(backfill, "ROUTER_BACKFILL_TOPIC").orElseGet(() -> source() + "-backfill");
    }

    public String routerGroup() {
        return first(routerGroup, "ROUTER_APPLICATION_ID").orElseGet(() -> "sidetrack-router-" + source());
    }

    public String liveGroup() {
        return Optional.ofNullable(liveGroup).orElseGet(() -> "sidetrack-writer-" + live());
    }

    public String backfillGroup() {
        return Optional.ofNullable(backfillGroup).orElseGet(() -> "sidetrack-writer-" + backfill());
    }

    public String controlTopic() {
        return first(controlTopic, "ROUTER_CONTROL_TOPIC").orElse(ControlTopic.DEFAULT_NAME);
    }

    private static Optional<String> first(String option, String variable) {
        return Optional.ofNullable(option)
                .or(() -> Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank()));
    }
}
