package io.sidetrack.ops.takeover;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.Standing;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack release}. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Gives the offsets back: a plain consumer that reads the live lane goes on in the shared topic where the router"
                    + " has stopped, and the record of the takeover is removed.",
            "Router and consumer must be stopped, and the consumer must have read the live lane to its end. The backfill"
                    + " lane can go on draining; what is left there is told.",
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
            required = true,
            paramLabel = "GROUP",
            description = "The consumer group that reads the shared topic from now on.")
    private String group;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            TopicFacts source = cluster.topics().require("--source", lanes.source());
            TopicFacts live = cluster.topics().require("--live", lanes.live());
            TopicFacts backfill = cluster.topics().require("--backfill", lanes.backfill());
            cluster.requireStopped(lanes.routerGroup(), "stop the router");
            cluster.requireStopped(group, "stop its consumers");
            Standing router = cluster.standing(source.name(), source.partitions(), lanes.routerGroup());
            if (!router.isKnown()) {
                throw new OpsException("group %s has committed no offset of %s: there is nothing to give back"
                        .formatted(lanes.routerGroup(), source.name()));
            }
            requireDrained(cluster, live);
            Standing rest = cluster.standing(backfill.name(), backfill.partitions(), lanes.backfillGroup());
            if (!dryRun) {
                cluster.commit(group, source.name(), router.next());
                if (cluster.control(lanes.controlTopic())
                        .cut(lanes.routerGroup())
                        .isPresent()) {
                    cluster.control(lanes.controlTopic()).remove(lanes.routerGroup());
                }
            }
            say(router, rest);
            return 0;
        }
    }

    /** Either the consumer itself reads the live lane, or a writer does. */
    private void requireDrained(Cluster cluster, TopicFacts live) {
        Standing own = cluster.standing(live.name(), live.partitions(), group);
        Standing reader = own.isKnown() ? own : cluster.standing(live.name(), live.partitions(), lanes.liveGroup());
        if (reader.lag() > 0) {
            throw new OpsException(String.format(
                    Locale.ROOT,
                    "%s has %,d records of %s to read; let it drain, or they would be written after newer ones",
                    reader.group(),
                    reader.lag(),
                    live.name()));
        }
    }

    private void say(Standing router, Standing rest) {
        PrintWriter out = spec.commandLine().getOut();
        String would = dryRun ? "would " : "";
        out.printf(
                Locale.ROOT,
                "%slet %s go on in %s where %s has stopped, with %,d records to read%n",
                would,
                group,
                router.topic(),
                router.group(),
                router.lag());
        router.next()
                .forEach((partition, offset) ->
                        out.printf(Locale.ROOT, "  partition %d from offset %,d%n", partition, offset));
        out.printf("%sremove the takeover of %s from %s%n", would, router.group(), lanes.controlTopic());
        if (rest.lag() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s still holds %,d records for %s: keep that running until it is done%n",
                    rest.topic(),
                    rest.lag(),
                    rest.group());
        }
        if (!dryRun) {
            out.println("done: start the consumer on " + router.topic() + ", and leave the router stopped");
        }
        out.flush();
    }
}
