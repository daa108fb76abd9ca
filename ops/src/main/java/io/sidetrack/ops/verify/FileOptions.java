package io.sidetrack.ops.verify;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.PointerText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The file to verify instead of a lane. */
public final class FileOptions {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file as for publish, whose lines are compared instead of the records of a lane.")
    private Path file;

    @Option(
            names = "--key",
            paramLabel = "/POINTER",
            description = "For a file: the JSON pointer to the record's key in each line.")
    private String key;

    @Option(
            names = "--timestamp",
            paramLabel = "/POINTER",
            description =
                    "For a file: the JSON pointer to the record's timestamp in each line. Without it, the versions of"
                            + " the lines are not known, unless WRITER_VERSION names a field.")
    private String timestamp;

    /** @throws StartupException if the file cannot be read */
    Optional<Path> file() {
        if (file != null && !file.toString().equals("-") && (!Files.isReadable(file) || Files.isDirectory(file))) {
            throw new StartupException("FILE " + file, "cannot be read", "Name a file with one JSON object per line.");
        }
        return Optional.ofNullable(file);
    }

    /** @throws StartupException if it is not given, or not a pointer */
    JsonPointer key() {
        if (key == null) {
            throw new StartupException("--key", "not given", "Name the field with the record's key, as for publish.");
        }
        return PointerText.parse("--key", key);
    }

    Optional<JsonPointer> timestamp() {
        return Optional.ofNullable(timestamp).map(at -> PointerText.parse("--timestamp", at));
    }
}
