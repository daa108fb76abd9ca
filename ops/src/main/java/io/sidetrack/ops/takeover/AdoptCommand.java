package io.sidetrack.ops.takeover;

import io.sidetrack.common.control.Cut;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import java.io.PrintWriter;
import java.util.Locale;
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
            "Takes over the offsets of a consumer group that lags behind a shared topic, for the router, and records where"
                    + " the topic ends now: the router puts what lies before that on the backfill lane, and what comes"
                    + " after is live.",
            "The old group must be stopped, and the router not yet started. The group's own offsets stay as they are; on"
                    + " the live lane it is set to the beginning, so that it can read that instead, with"
                    + " isolation.level=read_committed.",
            "Doing it again changes nothing. Exit codes: 0 done, 1 not done, 2 wrongly called."
        })
public final class AdoptCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Option(names = "--group", required = true, paramLabel = "GROUP", description = "The consumer group that lags.")
    private String group;

    @Option(
            names = "--reset-router",
            description = "Take over even if the router has read the topic already. What it has routed since is routed"
                    + " again.")
    private boolean resetRouter;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            TopicFacts source = cluster.topics().require("--source", lanes.source());
            TopicFacts live = cluster.topics().require("--live", lanes.live());
            cluster.requireStopped(group, "stop its consumers");
            cluster.requireStopped(lanes.routerGroup(), "stop the router");
            GroupPosition old = cluster.stableStanding(source.name(), source.partitions(), group);
            if (!old.isKnown()) {
                throw new OpsException("group %s has committed no offset of %s; correct --group or --source"
                        .formatted(group, source.name()));
            }
            GroupPosition router = cluster.stableStanding(source.name(), source.partitions(), lanes.routerGroup());
            Optional<Cut> cut = cluster.control(lanes.controlTopic())
                    .cut(lanes.routerGroup())
                    .value();
            TopicIdentity identity = cluster.topics().identity(source.name());
            print(old);
            if (router.isKnown() && !resetRouter) {
                return alreadyThere(router, cut.filter(was -> was.isOf(source.name(), identity)));
            }
            if (!dryRun) {
                take(cluster, old, live, identity);
            }
            say(old);
            return 0;
        }
    }

    /** @param cut of this topic, if there is one */
    private int alreadyThere(GroupPosition router, Optional<Cut> cut) {
        if (cut.filter(was -> was.group().equals(group)).isPresent()) {
            out().printf(
                            Locale.ROOT,
                            "%s has taken over from %s already; it has up to %,d records to route%n",
                            lanes.routerGroup(),
                            group,
                            router.lag());
            start(out());
            out().flush();
            return 0;
        }
        throw new OpsException(
                ("%s has read %s already, without a takeover from %s; if it is to begin where %s stands, use"
                                + " --reset-router")
                        .formatted(lanes.routerGroup(), router.topic(), group, group));
    }

    /** The cut first: a router that were started between the two would take no record of the backlog for live. */
    private void take(Cluster cluster, GroupPosition old, TopicFacts live, TopicIdentity identity) {
        cluster.control(lanes.controlTopic())
                .put(
                        lanes.routerGroup(),
                        new Cut(old.topic(), group, System.currentTimeMillis(), old.ends(), identity),
                        cluster.admin());
        GroupPosition onLive = cluster.stableStanding(live.name(), live.partitions(), group);
        if (!onLive.isKnown()) {
            cluster.commit(group, live.name(), onLive.next());
        }
        cluster.commit(lanes.routerGroup(), old.topic(), old.next());
    }

    private void print(GroupPosition old) {
        PrintWriter out = out();
        out.printf("%9s %15s %15s %15s%n", "partition", "committed", "end", "backlog");
        old.partitions().forEach((partition, place) -> {
            String committed = place.committed().isPresent()
                    ? String.format(Locale.ROOT, "%,d", place.committed().getAsLong())
                    : "none";
            out.printf(
                    Locale.ROOT,
                    "%9d %15s %,15d %,15d%s%n",
                    partition,
                    committed,
                    place.span().end(),
                    place.lag(),
                    place.lost() > 0
                            ? String.format(Locale.ROOT, "  %,d deleted by retention before it read them", place.lost())
                            : place.committed().isPresent() ? "" : "  from the beginning");
        });
        out.flush();
    }

    private void say(GroupPosition old) {
        String would = dryRun ? "would " : "";
        PrintWriter out = out();
        out.printf(
                Locale.ROOT,
                "%srecord in %s that what lies in %s now is the backlog: up to %,d records for %s%n",
                would,
                lanes.controlTopic(),
                old.topic(),
                old.lag(),
                lanes.backfill());
        out.printf("%sset %s to the beginning of %s, if it has read nothing there%n", would, group, lanes.live());
        out.printf("%slet %s begin in %s where %s stands%n", would, lanes.routerGroup(), old.topic(), group);
        if (!dryRun) {
            out.println("done: let the live service read " + lanes.live() + ", with isolation.level=read_committed");
            start(out);
        }
        out.flush();
    }

    /** What the router needs so that it finds the cut, and does not start without it. */
    private void start(PrintWriter out) {
        out.println("start the router with these settings; without the cut it would put the backlog on the live lane:");
        out.println("  ROUTER_EXPECT_CUT=true");
        if (!lanes.routerGroup().equals(DefaultNames.routerGroup(lanes.source()))) {
            out.println("  ROUTER_APPLICATION_ID=" + lanes.routerGroup());
        }
        if (!lanes.controlTopic().equals(DefaultNames.CONTROL_TOPIC)) {
            out.println("  ROUTER_CONTROL_TOPIC=" + lanes.controlTopic());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
