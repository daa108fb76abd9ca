package io.sidetrack.ops.deadletter;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.ops.LaneOptions;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The topics that dead letters may be replayed to, because they are those of this installation. */
final class TargetOptions {
    @Option(
            names = "--source",
            paramLabel = "TOPIC",
            description = "The shared topic, to which letters that came from it may go. Default: ROUTER_SOURCE_TOPIC.")
    private String source;

    @Option(
            names = "--live",
            paramLabel = "TOPIC",
            description = "The live lane, the same. Default: ROUTER_LIVE_TOPIC, or SOURCE-live.")
    private String live;

    @Option(
            names = "--backfill",
            paramLabel = "TOPIC",
            description = "The backfill lane, the same. Default: ROUTER_BACKFILL_TOPIC, or SOURCE-backfill.")
    private String backfill;

    /** Those that are named, by options or by the services' own variables. */
    Set<String> topics() {
        Set<String> topics = new TreeSet<>();
        Optional<String> shared = LaneOptions.orVariable(source, "ROUTER_SOURCE_TOPIC");
        shared.ifPresent(topics::add);
        lane(live, "ROUTER_LIVE_TOPIC", shared.map(DefaultNames::liveTopic)).ifPresent(topics::add);
        lane(backfill, "ROUTER_BACKFILL_TOPIC", shared.map(DefaultNames::backfillTopic))
                .ifPresent(topics::add);
        LaneOptions.orVariable(null, "WRITER_TOPIC").ifPresent(topics::add);
        return topics;
    }

    private static Optional<String> lane(String option, String variable, Optional<String> byDefault) {
        return LaneOptions.orVariable(option, variable).or(() -> byDefault);
    }
}
