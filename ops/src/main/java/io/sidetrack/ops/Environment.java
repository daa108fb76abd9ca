package io.sidetrack.ops;

import java.util.Map;
import java.util.Optional;

/**
 * The environment of a command. Nothing but {@link SidetrackMain} reads the environment of the process.
 *
 * @param variables by name
 */
public record Environment(Map<String, String> variables) {
    /** A variable, without white space around it; empty if it is not set or blank, as for the services. */
    public Optional<String> get(String variable) {
        return Optional.ofNullable(variables.get(variable)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The value of an option, or of a variable if the option is not given. */
    public Optional<String> orVariable(String option, String variable) {
        return Optional.ofNullable(option).or(() -> get(variable));
    }
}
