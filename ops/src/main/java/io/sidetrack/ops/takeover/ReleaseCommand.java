package io.sidetrack.ops.takeover;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.ControlValue;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.Unread;
import io.sidetrack.ops.cluster.UnreadSearch;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidetrack release}. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Gives the offsets back: a plain consumer that reads the live lane goes on in the shared topic where the router"
                    + " has stopped, and the record of the takeover is removed.",
            "Router and consumer must be stopped, and the live lane must have been read to its last record: by the group of"
                    + " --live-group; without that option, by --group or by the lane's writer, whichever is done. The"
                    + " backfill lane can go on draining; what is left there is shown.",
            "Exit codes: 0 done, 1 not done, 2 wrongly called."
        })
public final class ReleaseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "The consumer group that reads the shared topic from now on.")
    private String group;

    @Option(
            names = "--cut-only",
            description =
                    "Only remove the record of the takeover, such as that of a topic that no longer exists. No group's"
                            + " offsets change, and the live lane is not looked at. What is left of the backlog is then routed like"
                            + " any other record.")
    private boolean cutOnly;

    @Option(names = "--dry-run", description = "Print what would be done, and do nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        if (cutOnly == (group != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    cutOnly ? "--group and --cut-only exclude each other" : "Missing required option: '--group=GROUP'");
        }
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            return cutOnly ? removeCut(cluster) : release(cluster);
        }
    }

    private int removeCut(Cluster cluster) {
        String router = lanes.routerGroup();
        cluster.requireStopped(router, "stop the router");
        ControlTopic control = cluster.control(lanes.controlTopic());
        ControlValue<Cut> cut = control.cut(router);
        if (cut.isEmpty()) {
            throw new OpsException(
                    "no takeover of %s is recorded in %s; correct --router-group, --source or --control-topic"
                            .formatted(router, lanes.controlTopic()));
        }
        if (!dryRun) {
            control.remove(router);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%sremove the takeover of %s from %s: %s%n",
                dryRun ? "would " : "",
                router,
                lanes.controlTopic(),
                cut.value().map(ReleaseCommand::text).orElse("a record that is not valid"));
        if (!dryRun) {
            out.println("done: remove ROUTER_EXPECT_CUT before the router starts again");
        }
        out.flush();
        return 0;
    }

    private static String text(Cut cut) {
        return "%s, from group %s, at %s".formatted(cut.source(), cut.group(), Instant.ofEpochMilli(cut.takenAtMs()));
    }

    private int release(Cluster cluster) {
        TopicFacts source = cluster.topics().require("--source", lanes.source());
        TopicFacts live = cluster.topics().require("--live", lanes.live());
        TopicFacts backfill = cluster.topics().require("--backfill", lanes.backfill());
        cluster.requireStopped(lanes.routerGroup(), "stop the router");
        cluster.requireStopped(group, "stop its consumers");
        GroupPosition router = cluster.stableStanding(source.name(), source.partitions(), lanes.routerGroup());
        if (!router.isKnown()) {
            throw new OpsException("group %s has committed no offset of %s: there is nothing to give back"
                    .formatted(lanes.routerGroup(), source.name()));
        }
        requireDrained(cluster, live);
        GroupPosition rest = cluster.stableStanding(backfill.name(), backfill.partitions(), lanes.backfillGroup());
        Unread unread = unread(cluster, rest);
        if (!dryRun) {
            cluster.commit(group, source.name(), router.next());
            ControlTopic control = cluster.control(lanes.controlTopic());
            if (!control.cut(lanes.routerGroup()).isEmpty()) {
                control.remove(lanes.routerGroup());
            }
        }
        say(router, rest, unread);
        return 0;
    }

    /**
     * Makes sure that every record of the live lane was read. Who reads that lane is not certain: {@code adopt} has set the
     * group to its beginning, but a writer may have read it instead. One of them that is done is enough, unless the
     * operator has named the reader.
     */
    private void requireDrained(Cluster cluster, TopicFacts live) {
        Optional<OpsException> refusal = Optional.empty();
        for (String reader : liveReaders()) {
            GroupPosition standing = cluster.stableStanding(live.name(), live.partitions(), reader);
            Optional<OpsException> now = refusal(standing, unread(cluster, standing));
            if (now.isEmpty()) {
                return;
            }
            // Of several readers, the one that has committed something is the one to wait for.
            if (refusal.isEmpty() || standing.isKnown()) {
                refusal = now;
            }
        }
        throw refusal.orElseThrow();
    }

    private List<String> liveReaders() {
        return lanes.namedLiveGroup().map(List::of).orElseGet(() -> Stream.concat(
                        Stream.of(group), lanes.knownLiveGroup().stream())
                .distinct()
                .toList());
    }

    private static Optional<OpsException> refusal(GroupPosition reader, Unread unread) {
        if (unread instanceof Unread.Records records) {
            return Optional.of(new OpsException(String.format(
                    Locale.ROOT,
                    "%s has records of %s to read, such as partition %d, offset %,d; let it drain, or they would be"
                            + " written after newer ones; if another group reads that lane, name it with --live-group",
                    reader.group(),
                    reader.topic(),
                    records.partition(),
                    records.offset())));
        }
        if (unread instanceof Unread.OpenTransaction open) {
            return Optional.of(new OpsException(String.format(
                    Locale.ROOT,
                    "%s, partition %d ends with a transaction that is still open, from offset %,d on, so it is not known"
                            + " whether %s has read everything; wait until the transaction has timed out, then run this"
                            + " again",
                    reader.topic(),
                    open.partition(),
                    open.offset(),
                    reader.group())));
        }
        return Optional.empty();
    }

    private Unread unread(Cluster cluster, GroupPosition standing) {
        if (!Terminal.isWatched()) {
            return cluster.unread(standing, UnreadSearch.Progress.NONE);
        }
        SearchProgress progress = new SearchProgress(spec.commandLine().getOut(), standing.topic(), System::nanoTime);
        try {
            return cluster.unread(standing, progress);
        } finally {
            progress.end();
        }
    }

    private void say(GroupPosition router, GroupPosition rest, Unread unread) {
        PrintWriter out = spec.commandLine().getOut();
        String would = dryRun ? "would " : "";
        out.printf(
                Locale.ROOT,
                "%slet %s go on in %s where %s has stopped, with up to %,d records to read%n",
                would,
                group,
                router.topic(),
                router.group(),
                router.lag());
        router.next()
                .forEach((partition, offset) ->
                        out.printf(Locale.ROOT, "  partition %d from offset %,d%n", partition, offset));
        out.printf("%sremove the takeover of %s from %s%n", would, router.group(), lanes.controlTopic());
        if (!(unread instanceof Unread.Nothing)) {
            out.printf(
                    Locale.ROOT,
                    "%s still holds up to %,d records for %s: keep that running until it is done%n",
                    rest.topic(),
                    rest.lag(),
                    rest.group());
        }
        if (!dryRun) {
            out.printf(
                    "done: start the consumer on %s, and leave the router stopped; if it is to start again, without"
                            + " ROUTER_EXPECT_CUT%n",
                    router.topic());
        }
        out.flush();
    }
}
