package io.sidetrack.ops;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The arguments of the {@code sidetrack} command, parsed and not run. */
public final class OpsArguments {
    private OpsArguments() {}

    /**
     * Parses arguments.
     *
     * @throws CommandLine.ParameterException if an argument is unknown or invalid
     */
    public static ParseResult parse(Map<String, String> environment, List<String> arguments) {
        return new CommandLine(SidetrackMain.class, new CommandFactory(new Environment(environment)))
                .parseArgs(arguments.toArray(new String[0]))
                .subcommand();
    }
}
