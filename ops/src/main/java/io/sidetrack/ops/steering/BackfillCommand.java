package io.sidetrack.ops.steering;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.GroupOptions;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.scrape.WriterUrls;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
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
            "Pauses, resumes or slows down the writers of the backfill lane. Running writers follow within two"
                    + " seconds; a writer that starts later follows from its first record on.",
            "Exit codes: 0 done, 1 failed or no such group, 2 invalid arguments."
        })
public final class BackfillCommand implements Runnable {
    /** The time over which the use of write units is measured. */
    private static final Duration MEASURED = Duration.ofSeconds(3);

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
            description = "Pauses the writers: they stop reading, and write and commit what they have read.")
    int pause(@Mixin Writers writers, @Mixin Existence existence) {
        return change(writers, existence, now -> new Steering(true, now.writeUnits(), System.currentTimeMillis()));
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Resumes the writers, at the speed that was set before.")
    int resume(@Mixin Writers writers, @Mixin Existence existence) {
        return change(writers, existence, now -> new Steering(false, now.writeUnits(), System.currentTimeMillis()));
    }

    @Command(
            name = "speed",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Limits the write units that all instances of the group together consume per second. A lower"
                    + " WRITER_LANE_WRITE_UNITS, and WRITER_MAX_WRITE_UNITS of each instance, still count. Writers of"
                    + " earlier builds apply the limit to each instance.")
    int speed(
            @Mixin Writers writers,
            @Mixin Existence existence,
            @Parameters(
                            paramLabel = "UNITS",
                            description = "Write units per second; 0 for the writers' own settings alone.")
                    int units) {
        if (units < 0) {
            throw new OpsException("a speed of %d write units is not possible; 0 removes the limit".formatted(units));
        }
        return change(writers, existence, now -> new Steering(now.paused(), units, System.currentTimeMillis()));
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Shows the last setting and, with --writer-url, the limit and the use of the group.")
    int status(@Mixin Writers writers, @Mixin WriterUrls urls) {
        urls.requireHttp();
        try (Cluster cluster = Cluster.open(writers.kafka.properties())) {
            print(writers.group(), writers.controlTopic(cluster).steering(writers.group()));
        }
        if (!urls.isEmpty()) {
            UnitsReading before = UnitsReading.of(urls.read(), System.nanoTime());
            LockSupport.parkNanos(MEASURED.toNanos());
            PrintWriter out = spec.commandLine().getOut();
            out.println(UnitsReading.of(urls.read(), System.nanoTime())
                    .since(before)
                    .text());
            out.flush();
        }
        return 0;
    }

    /** The writers of the backfill lane, and where their settings are. */
    static final class Writers {
        @Mixin
        private KafkaOptions kafka;

        @Mixin
        private LaneOptions lanes;

        @Mixin
        private GroupOptions groups;

        @Mixin
        private ControlOptions control;

        String group() {
            return groups.backfill(lanes);
        }

        ControlTopic controlTopic(Cluster cluster) {
            return cluster.control(control.topic());
        }
    }

    /** Whether the group must exist. */
    static final class Existence {
        @Option(
                names = "--not-started",
                description =
                        "The group need not exist: its writers have not started yet, and will follow when they do.")
        private boolean mayBeMissing;
    }

    private int change(Writers writers, Existence existence, UnaryOperator<Steering> step) {
        String group = writers.group();
        try (Cluster cluster = Cluster.open(writers.kafka.properties())) {
            if (!existence.mayBeMissing && cluster.state(group).isEmpty()) {
                throw new OpsException(
                        ("there is no group %s, or this principal may not see it, so no writer would react; correct"
                                        + " --source, --table or --backfill-group, or use --not-started if its writers have never"
                                        + " been started")
                                .formatted(group));
            }
            ControlTopic controlTopic = writers.controlTopic(cluster);
            Steering wanted = step.apply(controlTopic.steering(group));
            controlTopic.put(group, wanted, cluster.admin());
            print(group, wanted);
            return 0;
        }
    }

    private void print(String group, Steering steering) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("writers of group " + group + ": " + SteeringText.of(steering));
        out.flush();
    }
}
