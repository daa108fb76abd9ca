package io.sidetrack.ops;

import io.sidetrack.common.settings.StartupException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Who runs a command. */
public final class OperatorOptions {
    private static final String VARIABLE = "SIDETRACK_OPERATOR";
    private static final int MAX_LENGTH = 200;

    private final Environment environment;

    @Option(
            names = "--operator",
            paramLabel = "NAME",
            description =
                    "Who does this, for the record. Default: " + VARIABLE + ", or the user and host of this process.")
    private String name;

    /** @param environment with the variables of the process, which name its user and host */
    public OperatorOptions(Environment environment) {
        this.environment = environment;
    }

    /**
     * The operator, such as {@code alice@host}.
     *
     * @throws StartupException if the name is empty or too long
     */
    public String operator() {
        String who = environment.orVariable(name, VARIABLE).orElseGet(() -> user() + "@" + host());
        if (who.isBlank() || who.length() > MAX_LENGTH) {
            throw new StartupException(
                    "--operator",
                    "not a name of 1 to " + MAX_LENGTH + " characters",
                    "Give your name, here or in " + VARIABLE + ".");
        }
        return who;
    }

    private String user() {
        return Stream.of("USER", "LOGNAME", "USERNAME")
                .map(environment::get)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("unknown");
    }

    private String host() {
        return environment.get("HOSTNAME").orElseGet(() -> {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "unknown";
            }
        });
    }
}
