package io.sidetrack.common.build;

import io.sidetrack.common.settings.StartupException;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;

/**
 * The operating system and processor of this process. The jars contain native libraries (compression, and the writer's HTTP
 * client) for Linux with glibc and for macOS, each on x86-64 and arm64. Without this check, a process on another platform would
 * fail at the first compressed record.
 *
 * @param system the name of the operating system, as in the system property {@code os.name}
 * @param processor the processor's architecture, as in the system property {@code os.arch}
 */
public record Platform(String system, String processor) {
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64", "arm64");

    /** The platform that a JVM's system properties describe. */
    public static Platform of(Properties properties) {
        return new Platform(properties.getProperty("os.name", ""), properties.getProperty("os.arch", ""));
    }

    /**
     * Does nothing on a platform for which the jars contain native libraries.
     *
     * @throws StartupException on any other one
     */
    public void requireNativeLibraries() {
        String name = system.toLowerCase(Locale.ROOT);
        boolean known = name.startsWith("linux") || name.startsWith("mac");
        if (!known || !PROCESSORS.contains(processor.toLowerCase(Locale.ROOT))) {
            throw new StartupException(
                    "platform",
                    system + " on " + processor
                            + " is not supported, because this jar contains no native libraries for it",
                    "Run it on Linux (with glibc) or macOS, on x86-64 or arm64.");
        }
    }
}
