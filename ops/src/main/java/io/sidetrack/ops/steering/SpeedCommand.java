package io.sidetrack.ops.steering;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.OpsException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack backfill speed}. */
@Command(
        name = "speed",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Limits the write units that all instances of the group together consume per second. A lower"
                + " WRITER_LANE_WRITE_UNITS, and WRITER_MAX_WRITE_UNITS of each instance, still count. Writers of"
                + " earlier builds apply the limit to each instance.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, "1:failed, or no such group", ExitCodes.INVALID})
final class SpeedCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "UNITS", description = "Write units per second; 0 for the writers' own settings alone.")
    private int units;

    @Mixin
    private SteeringOptions options;

    @Mixin
    private WriterSteering writers;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        if (units < 0) {
            throw new OpsException("a speed of %d write units is not possible; 0 removes the limit".formatted(units));
        }
        writers.change(
                options,
                json,
                spec.commandLine().getOut(),
                now -> new Steering(now.paused(), units, System.currentTimeMillis()));
        return 0;
    }
}
