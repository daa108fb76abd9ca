package io.sidetrack.ops.steering;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.parked.BackfillName;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
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

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "The name of a backfill: the exact value of the header of its records.")
    private String name;

    @Mixin
    private SteeringOptions options;

    @Mixin
    private ParkingOptions parking;

    @Mixin
    private WriterSteering writers;

    @Mixin
    private JsonOption json;

    /** @param environment with the services' own variables */
    public PauseCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (name == null) {
            writers.change(options, json, out, now -> new Steering(true, now.writeUnits(), System.currentTimeMillis()));
            return 0;
        }
        if (writers.mayBeMissing()) {
            throw new ParameterException(
                    spec.commandLine(), "--not-started is for the writers; a named backfill need not have begun");
        }
        new NameSetting(
                        options,
                        parking,
                        environment,
                        json,
                        out,
                        spec.commandLine().getErr())
                .put(BackfillName.parse(name), NamedBackfill.paused(System.currentTimeMillis()));
        return 0;
    }
}
