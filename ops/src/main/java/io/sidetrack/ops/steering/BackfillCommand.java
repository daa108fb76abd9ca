package io.sidetrack.ops.steering;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidetrack backfill}. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            PauseCommand.class,
            ResumeCommand.class,
            CancelCommand.class,
            SpeedCommand.class,
            StatusCommand.class
        },
        description = {
            "Pauses, resumes, cancels or slows down a backfill. Running routers and writers follow within two seconds; one"
                    + " that starts later follows from its first record on.",
            "Without a name, all writers of the backfill lane stop and continue together. With the name of a backfill, only"
                    + " its records are set aside, in the topic for parked records, and the others continue."
        })
public final class BackfillCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "pause, resume, cancel, speed or status is missing");
    }
}
