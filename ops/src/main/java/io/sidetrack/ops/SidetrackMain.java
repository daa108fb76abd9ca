package io.sidetrack.ops;

import io.sidetrack.common.build.BuildInfo;
import io.sidetrack.common.build.Platform;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.audit.AuditCommand;
import io.sidetrack.ops.deadletter.DeadLettersCommand;
import io.sidetrack.ops.doctor.DoctorCommand;
import io.sidetrack.ops.progress.ProgressCommand;
import io.sidetrack.ops.provision.ProvisionCommand;
import io.sidetrack.ops.publish.PublishCommand;
import io.sidetrack.ops.replay.ReplayCommand;
import io.sidetrack.ops.sizing.SizeCommand;
import io.sidetrack.ops.steering.BackfillCommand;
import io.sidetrack.ops.takeover.AdoptCommand;
import io.sidetrack.ops.takeover.CopyOffsetsCommand;
import io.sidetrack.ops.takeover.ReleaseCommand;
import io.sidetrack.ops.verify.VerifyCommand;
import java.io.PrintWriter;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code sidetrack} command. Exit codes: 0 success, 1 failure, 2 invalid arguments or settings. */
@Command(
        name = "sidetrack",
        description = "Operates Sidetrack: lanes that keep a backfill from drowning live traffic.",
        mixinStandardHelpOptions = true,
        versionProvider = SidetrackMain.Version.class,
        subcommands = {
            ProvisionCommand.class,
            PublishCommand.class,
            ReplayCommand.class,
            AdoptCommand.class,
            ReleaseCommand.class,
            CopyOffsetsCommand.class,
            ProgressCommand.class,
            BackfillCommand.class,
            DoctorCommand.class,
            AuditCommand.class,
            VerifyCommand.class,
            DeadLettersCommand.class,
            SizeCommand.class,
            CompletionCommand.class
        })
public final class SidetrackMain implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        Map<String, String> variables = System.getenv();
        Secrets.remember(variables);
        Environment environment = new Environment(variables);
        CommandLine plain = new CommandLine(SidetrackMain.class, new CommandFactory(environment));
        CommandLine sidetrack = commandLine(environment, plain.getOut(), plain.getErr());
        try {
            Platform.of(System.getProperties()).requireNativeLibraries();
        } catch (StartupException e) {
            System.exit(failed(e, sidetrack));
        }
        System.exit(sidetrack.execute(args));
    }

    static CommandLine commandLine(Environment environment, PrintWriter out, PrintWriter err) {
        return new CommandLine(SidetrackMain.class, new CommandFactory(environment))
                .setOut(new PrintableWriter(out))
                .setErr(new PrintableWriter(err))
                // Colours would be escape sequences; a progress line is the only output that contains any.
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(SidetrackMain::invalidCall)
                .setExecutionExceptionHandler((failure, failed, parsed) -> failed(failure, failed));
    }

    private static int invalidCall(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        command.getErr()
                .printf(
                        "sidetrack: %s. See: %s --help%n",
                        problem.getMessage().replaceAll("\\s*\\R\\s*", " "),
                        command.getCommandSpec().qualifiedName());
        return StartupException.EXIT_CODE;
    }

    private static int failed(Exception failure, CommandLine command) {
        // 2 for commands whose exit code 1 means that there are findings.
        int failed = command.getCommandSpec().exitCodeOnExecutionException();
        if (failure instanceof StartupException || failure instanceof OpsException) {
            command.getErr().println("sidetrack: " + failure.getMessage());
            return failure instanceof StartupException ? StartupException.EXIT_CODE : failed;
        }
        if (failure instanceof KafkaException) {
            boolean isSetting = failure instanceof ConfigException || failure.getCause() instanceof ConfigException;
            String message = String.valueOf(
                    (isSetting && failure.getCause() != null ? failure.getCause() : failure).getMessage());
            command.getErr()
                    .println("sidetrack: "
                            + (isSetting
                                    ? "no client can be created with the KAFKA_ settings (" + message
                                            + "). Correct the setting that the message names."
                                    : "Kafka: " + message + "; check that the brokers are up, then try again"));
            return isSetting ? StartupException.EXIT_CODE : failed;
        }
        failure.printStackTrace(command.getErr());
        return failed;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a subcommand is missing");
    }

    /** The version and revision of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sidetrack " + BuildInfo.current()};
        }
    }
}
