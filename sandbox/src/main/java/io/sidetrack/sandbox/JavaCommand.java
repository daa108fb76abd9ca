package io.sidetrack.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts a Java program as a child process, with this JVM's own Java. */
final class JavaCommand {
    /**
     * Options for every child process, separated by spaces. The integration tests start hundreds of processes that live for
     * seconds; with a lighter compiler they start in a fraction of the time.
     */
    private static final String OPTIONS_PROPERTY = "sidetrack.sandbox.jvm-options";

    private JavaCommand() {}

    /** @param arguments further options, which take precedence, and the program with its arguments */
    static List<String> of(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String options = System.getProperty(OPTIONS_PROPERTY, "").trim();
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split(" +")));
        }
        command.addAll(arguments);
        return command;
    }
}
