package io.sidetrack.ops.verify;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.publish.FileRecords;
import io.sidetrack.ops.publish.FormatOptions;
import io.sidetrack.ops.publish.InputFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The files to verify instead of a lane. */
public final class FileOptions {
    /** As for {@code publish}, whose limit also depends on the topic. */
    private static final int MAX_LINE_BYTES = 32 * 1024 * 1024;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description =
                    "Files and folders as for publish, whose lines are compared instead of the records of a lane.")
    private List<Path> named = List.of();

    @Mixin
    private FormatOptions format;

    /** Whether files are verified instead of a lane. */
    boolean hasFiles() {
        return !named.isEmpty();
    }

    /**
     * The files; empty if a lane is verified.
     *
     * @throws StartupException if one cannot be read
     */
    Optional<InputFiles> files() {
        return hasFiles() ? Optional.of(InputFiles.of(named)) : Optional.empty();
    }

    /**
     * What {@code publish} sends.
     *
     * @throws StartupException if an option is missing or not valid
     */
    FileRecords records() {
        return format.records(MAX_LINE_BYTES);
    }
}
