package io.sidetrack.ops.steering;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.parked.BackfillName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack backfill cancel}. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Cancels a backfill. Its records are parked, as after `pause`, so that it can still be resumed.",
            "With --discard, routers and writers drop its records instead and count them as discarded, and a resume passes"
                    + " over what is parked by then. What is dropped is not in the table afterwards, and only a new backfill"
                    + " brings it there. Records that are already written stay in the table."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, "1:failed", ExitCodes.INVALID})
public final class CancelCommand implements Callable<Integer> {
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "The name of a backfill: the exact value of the header of its records.")
    private String name;

    @Option(names = "--discard", description = "Drop its records instead of parking them.")
    private boolean discard;

    @Mixin
    private SteeringOptions options;

    @Mixin
    private ParkingOptions parking;

    @Mixin
    private JsonOption json;

    /** @param environment with the services' own variables */
    public CancelCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        new NameSetting(options, parking, environment, json, spec.commandLine())
                .put(BackfillName.parse(name), NamedBackfill.cancelled(discard, System.currentTimeMillis()));
        return 0;
    }
}
