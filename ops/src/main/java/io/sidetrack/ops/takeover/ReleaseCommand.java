package io.sidetrack.ops.takeover;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.ControlValue;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.GroupOptions;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.ProgressLine;
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
            "Ends a takeover: a plain consumer that reads the live lane continues in the shared topic where the router"
                    + " has stopped, and the record of the takeover is removed.",
            "Router and consumer must be stopped, and the live lane must be read to its last record: by the group of"
                    + " --live-group; without that option, by --group or by the lane's writer. The writer of the backfill"
                    + " lane can continue; the command prints what is left for it."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.NOT_DONE, ExitCodes.INVALID})
public final class ReleaseCommand implements Callable<Integer> {
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

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "The consumer group that will read the shared topic.")
    private String group;

    @Option(
            names = "--cut-only",
            description = "Only remove the record of the takeover, for example because the topic no longer exists. No"
                    + " offsets change, and the live lane is not checked. The router then treats the rest of the"
                    + " backlog like any other records.")
    private boolean cutOnly;

    @Option(names = "--dry-run", description = "Print what would be done, and change nothing.")
    private boolean dryRun;

    @Mixin
    private JsonOption json;

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
        String router = groups.router(lanes);
        cluster.requireStopped(router, "stop the router");
        ControlTopic controlTopic = cluster.control(control.topic());
        ControlValue<Cut> cut = controlTopic.cut(router);
        if (cut.isEmpty()) {
            throw new OpsException(
                    "no takeover of %s is recorded in %s; correct --router-group, --source or --control-topic"
                            .formatted(router, control.topic()));
        }
        if (!dryRun) {
            controlTopic.remove(router);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json.isWanted()) {
            JsonObject removed = new JsonObject();
            cut.value().ifPresent(was -> removed.put("source", was.source())
                    .put("group", was.group())
                    .put("takenAt", Instant.ofEpochMilli(was.takenAtMs())));
            JsonOption.print(out, result(router).put("removedCut", removed));
            return 0;
        }
        out.printf(
                "%sremove the takeover of %s from %s: %s%n",
                dryRun ? "would " : "",
                router,
                control.topic(),
                cut.value().map(ReleaseCommand::text).orElse("a record that is not valid"));
        if (!dryRun) {
            out.println("done: remove ROUTER_EXPECT_CUT before the router starts again");
        }
        out.flush();
        return 0;
    }

    private JsonObject result(String router) {
        return new JsonObject()
                .put("router", router)
                .put("controlTopic", control.topic())
                .put("dryRun", dryRun);
    }

    private static String text(Cut cut) {
        return "%s, from group %s, at %s".formatted(cut.source(), cut.group(), Instant.ofEpochMilli(cut.takenAtMs()));
    }

    private int release(Cluster cluster) {
        TopicFacts source = cluster.topics().require("--source", lanes.source());
        TopicFacts live = cluster.topics().require("--live", lanes.live());
        TopicFacts backfill = cluster.topics().require("--backfill", lanes.backfill());
        cluster.requireStopped(groups.router(lanes), "stop the router");
        cluster.requireStopped(group, "stop its consumers");
        GroupPosition router = cluster.stablePosition(source.name(), source.partitions(), groups.router(lanes));
        if (!router.isKnown()) {
            throw new OpsException("group %s has committed no offset of %s: there are no offsets to return"
                    .formatted(groups.router(lanes), source.name()));
        }
        requireDrained(cluster, live);
        // If both lanes are one topic, its reader has read the backlog too.
        Optional<GroupPosition> rest = lanes.isOneTopic()
                ? Optional.empty()
                : Optional.of(cluster.stablePosition(backfill.name(), backfill.partitions(), groups.backfill(lanes)))
                        .filter(position -> !(unread(cluster, position) instanceof Unread.Nothing));
        if (!dryRun) {
            cluster.commit(group, source.name(), router.next());
            ControlTopic controlTopic = cluster.control(control.topic());
            if (!controlTopic.cut(groups.router(lanes)).isEmpty()) {
                controlTopic.remove(groups.router(lanes));
            }
        }
        if (json.isWanted()) {
            printJson(router, rest);
        } else {
            printResult(router, rest);
        }
        return 0;
    }

    /**
     * Requires that every record of the live lane was read. The reader of that lane is not certain: {@code adopt} has set the
     * group to its beginning, but a writer may have read it instead. It is enough that one of them has read everything, unless
     * the operator has named the reader.
     */
    private void requireDrained(Cluster cluster, TopicFacts live) {
        Optional<OpsException> refusal = Optional.empty();
        for (String reader : liveReaders()) {
            GroupPosition position = cluster.stablePosition(live.name(), live.partitions(), reader);
            Optional<OpsException> now = refusal(position, unread(cluster, position));
            if (now.isEmpty()) {
                return;
            }
            // Of several groups, the one that has committed offsets is the actual reader.
            if (refusal.isEmpty() || position.isKnown()) {
                refusal = now;
            }
        }
        throw refusal.orElseThrow();
    }

    private List<String> liveReaders() {
        return groups.namedLive().map(List::of).orElseGet(() -> Stream.concat(
                        Stream.of(group), groups.knownLive(lanes).stream())
                .distinct()
                .toList());
    }

    private static Optional<OpsException> refusal(GroupPosition reader, Unread unread) {
        if (unread instanceof Unread.Records records) {
            return Optional.of(new OpsException(String.format(
                    Locale.ROOT,
                    "%s has records of %s to read, such as partition %d, offset %,d; wait until it has read them,"
                            + " because otherwise they would be written after newer ones; if another group reads that"
                            + " lane, name it with --live-group",
                    reader.group(),
                    reader.topic(),
                    records.partition(),
                    records.offset())));
        }
        if (unread instanceof Unread.OpenTransaction open) {
            return Optional.of(new OpsException(String.format(
                    Locale.ROOT,
                    "%s, partition %d ends with a transaction that is still open, from offset %,d on, so it is unknown"
                            + " whether %s has read everything; wait until the transaction has timed out, then try again",
                    reader.topic(),
                    open.partition(),
                    open.offset(),
                    reader.group())));
        }
        return Optional.empty();
    }

    private Unread unread(Cluster cluster, GroupPosition position) {
        if (!Terminal.isInteractive()) {
            return cluster.unread(position, UnreadSearch.Progress.NONE);
        }
        ProgressLine line = new ProgressLine(spec.commandLine().getErr(), System::nanoTime);
        try {
            return cluster.unread(
                    position,
                    (offsets, total) -> line.update(() -> String.format(
                            Locale.ROOT,
                            "%s: no record in %,d of %,d offsets so far",
                            position.topic(),
                            offsets,
                            total)));
        } finally {
            line.clear();
        }
    }

    private void printJson(GroupPosition router, Optional<GroupPosition> rest) {
        JsonOption.print(
                spec.commandLine().getOut(),
                result(router.group())
                        .put("source", router.topic())
                        .put("group", group)
                        .put("unread", router.lag())
                        .put("offsets", router.next())
                        .put("backfillUnread", rest.map(GroupPosition::lag).orElse(0L))
                        .put("backfillGroup", rest.map(GroupPosition::group)));
    }

    private void printResult(GroupPosition router, Optional<GroupPosition> rest) {
        PrintWriter out = spec.commandLine().getOut();
        String would = dryRun ? "would " : "";
        out.printf(
                Locale.ROOT,
                "%slet %s continue in %s where %s has stopped, with up to %,d records to read%n",
                would,
                group,
                router.topic(),
                router.group(),
                router.lag());
        router.next()
                .forEach((partition, offset) ->
                        out.printf(Locale.ROOT, "  partition %d from offset %,d%n", partition, offset));
        out.printf("%sremove the takeover of %s from %s%n", would, router.group(), control.topic());
        rest.ifPresent(backfill -> out.printf(
                Locale.ROOT,
                "%s still contains up to %,d records for %s: keep that writer running until it has read them%n",
                backfill.topic(),
                backfill.lag(),
                backfill.group()));
        if (!dryRun) {
            out.printf(
                    "done: start the consumer on %s, and leave the router stopped; start it again only without"
                            + " ROUTER_EXPECT_CUT%n",
                    router.topic());
        }
        out.flush();
    }
}
