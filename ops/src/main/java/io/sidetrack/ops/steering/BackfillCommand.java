package io.sidetrack.ops.steering;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import java.io.PrintWriter;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack backfill}. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Steers the running writers of the backfill lane. They follow within two seconds, and a writer that starts"
                    + " later follows from its first record on.",
            "Exit codes: 0 done, 1 failed, or no such group, 2 wrongly called."
        })
public final class BackfillCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "pause, resume, speed or status is missing");
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "They finish and commit what they have read, and read nothing more.")
    int pause(@Mixin KafkaOptions kafka, @Mixin LaneOptions lanes, @Mixin Group group) {
        return change(kafka, lanes, group, now -> new Steering(true, now.writeUnits(), System.currentTimeMillis()));
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "They go on, at the speed that was set before.")
    int resume(@Mixin KafkaOptions kafka, @Mixin LaneOptions lanes, @Mixin Group group) {
        return change(kafka, lanes, group, now -> new Steering(false, now.writeUnits(), System.currentTimeMillis()));
    }

    @Command(
            name = "speed",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Limits the write units that each instance consumes per second. A lower WRITER_MAX_WRITE_UNITS"
                            + " still counts.")
    int speed(
            @Mixin KafkaOptions kafka,
            @Mixin LaneOptions lanes,
            @Mixin Group group,
            @Parameters(
                            paramLabel = "UNITS",
                            description = "Write units per second; 0 for WRITER_MAX_WRITE_UNITS alone.")
                    int units) {
        if (units < 0) {
            throw new OpsException("a speed of %d write units is not possible; 0 removes the limit".formatted(units));
        }
        return change(kafka, lanes, group, now -> new Steering(now.paused(), units, System.currentTimeMillis()));
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Tells what was said last.")
    int status(@Mixin KafkaOptions kafka, @Mixin LaneOptions lanes) {
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            say(lanes, cluster.control(lanes.controlTopic()).steering(lanes.backfillGroup()));
            return 0;
        }
    }

    /** Whether the group must exist. */
    static final class Group {
        @Option(
                names = "--not-started",
                description =
                        "The group need not exist: its writers have not started yet, and will follow when they do.")
        private boolean mayBeMissing;
    }

    private int change(KafkaOptions kafka, LaneOptions lanes, Group group, UnaryOperator<Steering> step) {
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            if (!group.mayBeMissing && cluster.state(lanes.backfillGroup()).isEmpty()) {
                throw new OpsException(
                        ("there is no group %s, or this principal may not see it, so nobody would follow;"
                                        + " correct --source, --table or --backfill-group, or use --not-started if its writers"
                                        + " have never been started")
                                .formatted(lanes.backfillGroup()));
            }
            Steering wanted = step.apply(cluster.control(lanes.controlTopic()).steering(lanes.backfillGroup()));
            cluster.control(lanes.controlTopic()).put(lanes.backfillGroup(), wanted, cluster.admin());
            say(lanes, wanted);
            return 0;
        }
    }

    private void say(LaneOptions lanes, Steering steering) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("writers of group " + lanes.backfillGroup() + ": " + SteeringText.of(steering));
        out.flush();
    }
}
