package io.sidetrack.ops.takeover;

import io.sidetrack.common.control.Cut;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.GroupOptions;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack adopt}. */
@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies the offsets of a consumer group that lags behind a shared topic to the router's group, and records"
                    + " the current end of the topic as the cut: the router sends records before the cut to the backfill"
                    + " lane, and later ones are live.",
            "The old group must be stopped, and the router must not have started. The group keeps its offsets in the"
                    + " shared topic. In the live lane, its offsets are set to the beginning, so that it can read that"
                    + " lane instead, with isolation.level=read_committed.",
            "A second run changes nothing."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.NOT_DONE, ExitCodes.INVALID})
public final class AdoptCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Mixin
    private GroupOptions groups;

    @Mixin
    private ControlOptions control;

    @Option(names = "--group", required = true, paramLabel = "GROUP", description = "The consumer group that lags.")
    private String group;

    @Option(
            names = "--reset-router",
            description =
                    "Take over even if the router has already read the topic. It then routes again what it has routed"
                            + " in the meantime.")
    private boolean resetRouter;

    @Option(names = "--dry-run", description = "Print what would be done, and change nothing.")
    private boolean dryRun;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            TopicFacts source = cluster.topics().require("--source", lanes.source());
            TopicFacts live = cluster.topics().require("--live", lanes.live());
            cluster.requireStopped(group, "stop its consumers");
            cluster.requireStopped(groups.router(lanes), "stop the router");
            GroupPosition old = cluster.stablePosition(source.name(), source.partitions(), group);
            if (!old.isKnown()) {
                throw new OpsException("group %s has committed no offset of %s; correct --group or --source"
                        .formatted(group, source.name()));
            }
            GroupPosition router = cluster.stablePosition(source.name(), source.partitions(), groups.router(lanes));
            Optional<Cut> cut =
                    cluster.control(control.topic()).cut(groups.router(lanes)).value();
            TopicIdentity identity = cluster.topics().identity(source.name());
            if (!json.isWanted()) {
                print(old);
            }
            if (router.isKnown() && !resetRouter) {
                return alreadyThere(old, router, cut.filter(was -> was.isOf(source.name(), identity)));
            }
            if (!dryRun) {
                take(cluster, old, live, identity);
            }
            if (json.isWanted()) {
                printJson(old, old.lag(), false);
            } else {
                printResult(old);
            }
            return 0;
        }
    }

    /** @param cut the recorded cut of this topic; empty if there is none */
    private int alreadyThere(GroupPosition old, GroupPosition router, Optional<Cut> cut) {
        if (cut.filter(was -> was.group().equals(group)).isPresent()) {
            if (json.isWanted()) {
                printJson(old, router.lag(), true);
                return 0;
            }
            out().printf(
                            Locale.ROOT,
                            "%s has already taken over from %s; it has up to %,d records to route%n",
                            groups.router(lanes),
                            group,
                            router.lag());
            printSettings(out());
            out().flush();
            return 0;
        }
        throw new OpsException(
                ("%s has already read %s, without a takeover from %s; to start it at the offsets of %s, use"
                                + " --reset-router")
                        .formatted(groups.router(lanes), router.topic(), group, group));
    }

    /** Records the cut first: a router that starts before its offsets are set must not send the backlog to the live lane. */
    private void take(Cluster cluster, GroupPosition old, TopicFacts live, TopicIdentity identity) {
        cluster.control(control.topic())
                .put(
                        groups.router(lanes),
                        new Cut(old.topic(), group, System.currentTimeMillis(), old.ends(), identity),
                        cluster.admin());
        GroupPosition onLive = cluster.stablePosition(live.name(), live.partitions(), group);
        if (!onLive.isKnown()) {
            cluster.commit(group, live.name(), onLive.next());
        }
        cluster.commit(groups.router(lanes), old.topic(), old.next());
    }

    private void print(GroupPosition old) {
        PrintWriter out = out();
        out.printf("%9s %15s %15s %15s%n", "partition", "committed", "end", "backlog");
        old.partitions().forEach((partition, at) -> {
            String committed = at.committed().isPresent()
                    ? String.format(Locale.ROOT, "%,d", at.committed().getAsLong())
                    : "none";
            out.printf(
                    Locale.ROOT,
                    "%9d %15s %,15d %,15d%s%n",
                    partition,
                    committed,
                    at.range().end(),
                    at.lag(),
                    at.lost() > 0
                            ? String.format(
                                    Locale.ROOT, "  %,d deleted by retention before the group read them", at.lost())
                            : at.committed().isPresent() ? "" : "  from the beginning");
        });
        out.flush();
    }

    /** @param backlog how many records the router has to route, at most */
    private void printJson(GroupPosition old, long backlog, boolean already) {
        List<JsonObject> partitions = new ArrayList<>();
        old.partitions()
                .forEach((partition, at) -> partitions.add(new JsonObject()
                        .put("partition", partition)
                        .put("committed", at.committed())
                        .put("end", at.range().end())
                        .put("backlog", at.lag())
                        .put("deleted", at.lost())));
        JsonOption.print(
                out(),
                new JsonObject()
                        .put("source", old.topic())
                        .put("group", group)
                        .put("router", groups.router(lanes))
                        .put("live", lanes.live())
                        .put("controlTopic", control.topic())
                        .put("dryRun", dryRun)
                        .put("alreadyAdopted", already)
                        .put("backlog", backlog)
                        .put("partitions", partitions)
                        .put("routerSettings", settings()));
    }

    private void printResult(GroupPosition old) {
        String would = dryRun ? "would " : "";
        PrintWriter out = out();
        out.printf(
                Locale.ROOT,
                "%srecord in %s that the backlog of %s ends here: up to %,d records for %s%n",
                would,
                control.topic(),
                old.topic(),
                old.lag(),
                lanes.backfill());
        out.printf("%sset %s to the beginning of %s, if it has no offsets there%n", would, group, lanes.live());
        out.printf("%sset %s in %s to the offsets of %s%n", would, groups.router(lanes), old.topic(), group);
        if (!dryRun) {
            out.println("done: configure the live service to read " + lanes.live()
                    + ", with isolation.level=read_committed");
            printSettings(out);
        }
        out.flush();
    }

    /** Prints the settings with which the router finds the cut, and does not start without it. */
    private void printSettings(PrintWriter out) {
        out.println(
                "start the router with these settings; without the cut, it would send the backlog to the live lane:");
        settings().forEach((name, value) -> out.println("  " + name + "=" + value));
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("ROUTER_EXPECT_CUT", "true");
        if (!groups.router(lanes).equals(DefaultNames.routerGroup(lanes.source()))) {
            settings.put("ROUTER_APPLICATION_ID", groups.router(lanes));
        }
        if (!control.topic().equals(DefaultNames.CONTROL_TOPIC)) {
            settings.put("ROUTER_CONTROL_TOPIC", control.topic());
        }
        return settings;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
