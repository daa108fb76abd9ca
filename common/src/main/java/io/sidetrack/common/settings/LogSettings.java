package io.sidetrack.common.settings;

import java.util.List;
import java.util.Map;

/** Validates the settings that logback itself reads from the environment, because logback ignores an invalid value. */
public final class LogSettings {
    private static final String FORMAT = "LOG_FORMAT";
    private static final List<String> FORMATS = List.of("text", "json");

    private LogSettings() {}

    /**
     * Checks these settings.
     *
     * @throws StartupException if one is invalid
     */
    public static void check(Map<String, String> environment) {
        String format = environment.getOrDefault(FORMAT, "").trim();
        if (!format.isEmpty() && !FORMATS.contains(format)) {
            throw new StartupException(
                    FORMAT + "=" + format, "not valid", "Set it to one of " + String.join(", ", FORMATS) + ".");
        }
    }
}
