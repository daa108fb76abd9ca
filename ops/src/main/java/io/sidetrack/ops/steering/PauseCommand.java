package io.sidetrack.ops.steering;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sidetrack backfill pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Without NAME, pauses the writers: they stop reading, and write and commit what they have read.",
            "With NAME, routers and writers park the records of this backfill, and go on with all others. A writer may still"
                    + " write records that it has read before. The backfill need not have begun."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, "1:failed, or no such group", ExitCodes.INVALID})
public final class PauseCommand implements Callable<Integer> {
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BackfillOptions backfill;

    /** @param environment with the services' own variables */
    public PauseCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        backfill.name(command)
                .ifPresentOrElse(
                        name -> new NameSetting(
                                        backfill.lane(), backfill.parking(), environment, backfill.json(), command)
                                .put(name, NamedBackfill.paused(System.currentTimeMillis())),
                        () -> backfill.changeWriters(
                                command, now -> new Steering(true, now.writeUnits(), System.currentTimeMillis())));
        return 0;
    }
}
