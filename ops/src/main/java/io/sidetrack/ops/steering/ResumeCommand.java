package io.sidetrack.ops.steering;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Steering;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.parked.BackfillName;
import io.sidetrack.ops.parked.BackfillText;
import io.sidetrack.ops.parked.ParkedBackfill;
import io.sidetrack.ops.parked.ResumeOperation;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidetrack backfill resume}. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Without NAME, resumes the writers, at the speed that was set before.",
            "With NAME, returns the parked records of this backfill to the lane, in their order and before newer ones, and"
                    + " ends when routers and writers park nothing any more. That takes half a minute or more: until the writers"
                    + " have read what was on the lane, and while a producer is faster than the copy. Ctrl-C ends it at any time;"
                    + " the same command continues."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE,
            "1:failed, interrupted, some records refused, or no such group",
            ExitCodes.INVALID
        })
public final class ResumeCommand implements Callable<Integer> {
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--allow-deleted",
            description = "With NAME: continue although retention has deleted parked records before they were copied."
                    + " Default: refuse it.")
    private boolean allowDeleted;

    @Option(
            names = "--no-routers",
            description =
                    "With NAME: the routers are retired, and no others read the shared topic, which need not exist."
                            + " Default: refuse it if their group has committed no offset.")
    private boolean areRoutersRetired;

    @Mixin
    private BackfillOptions backfill;

    /** @param environment with the services' own variables */
    public ResumeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        Optional<BackfillName> name = backfill.name(command);
        if (name.isPresent()) {
            return resume(name.get(), command.getOut());
        }
        if (allowDeleted || areRoutersRetired) {
            throw new ParameterException(
                    command,
                    (allowDeleted ? "--allow-deleted" : "--no-routers") + " is for a backfill: NAME is missing");
        }
        backfill.changeWriters(command, now -> new Steering(false, now.writeUnits(), System.currentTimeMillis()));
        return 0;
    }

    private int resume(BackfillName name, PrintWriter out) {
        SteeringOptions options = backfill.lane();
        try (Cluster cluster = options.open()) {
            TopicFacts lane = options.lane(cluster);
            ParkedBackfill parked = backfill.parking().backfill(cluster, lane, name);
            ControlTopic control = options.control(cluster);
            long startNanos = System.nanoTime();
            ResumeOperation.Result result = new ResumeOperation(
                            cluster,
                            control,
                            backfill.parking().journal(cluster),
                            parked,
                            new ResumeOperation.Services(
                                    options.source(),
                                    options.routers(),
                                    areRoutersRetired,
                                    options.allWriters(cluster),
                                    options.statusTopic(),
                                    group -> remark(cluster, control, group)),
                            environment.get("USER"),
                            spec.commandLine().getErr())
                    .run(allowDeleted);
            print(name, result, (System.nanoTime() - startNanos) / 1e9, out);
            return result.refused() > 0 ? 1 : 0;
        }
    }

    /** Why a group of writers may not read at the moment. */
    private static String remark(Cluster cluster, ControlTopic control, String group) {
        if (!cluster.isActive(group)) {
            return "it has no members: start its writers, or, if they are retired, end this and delete the group, or name the only"
                    + " group that counts with --backfill-group";
        }
        return control.steering(group).paused()
                ? "its writers are paused: `sidetrack backfill resume` without a name resumes them"
                : "";
    }

    private void print(BackfillName name, ResumeOperation.Result result, double seconds, PrintWriter out) {
        long copied = result.ofWriters() + result.ofRouters();
        if (backfill.json().isWanted()) {
            JsonOption.print(
                    out,
                    NameSetting.json(name, result.setting())
                            .put("copied", copied)
                            .put("copiedOfWriters", result.ofWriters())
                            .put("copiedOfRouters", result.ofRouters())
                            .put("discarded", result.discarded())
                            .put("refused", result.refused())
                            .put("seconds", seconds));
            return;
        }
        out.println("backfill " + name + ": " + BackfillText.of(result.setting()));
        out.printf(
                Locale.ROOT,
                "%,d records returned to the lane in %.1f s: %,d that writers had parked, %,d that routers had parked%n",
                copied,
                seconds,
                result.ofWriters(),
                result.ofRouters());
        if (result.discarded() > 0) {
            out.printf(Locale.ROOT, "%,d discarded, which were parked before it was cancelled%n", result.discarded());
        }
        if (result.refused() > 0) {
            out.printf(Locale.ROOT, "%,d refused, which the lane rejects: see the lines above%n", result.refused());
        }
        out.flush();
    }
}
