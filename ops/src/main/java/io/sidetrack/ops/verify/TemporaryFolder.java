package io.sidetrack.ops.verify;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A folder for temporary files, which is deleted with its files when it is closed. */
record TemporaryFolder(Path path) implements AutoCloseable {
    private static final String PREFIX = "sidetrack-verify-";

    /**
     * Creates a folder that only this user can read.
     *
     * @param parent an existing folder; empty for that of the system
     */
    static TemporaryFolder in(Optional<Path> parent) throws IOException {
        return new TemporaryFolder(
                parent.isPresent()
                        ? Files.createTempDirectory(parent.get(), PREFIX)
                        : Files.createTempDirectory(PREFIX));
    }

    @Override
    public void close() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(path);
    }
}
