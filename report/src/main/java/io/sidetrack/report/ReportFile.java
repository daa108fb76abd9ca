package io.sidetrack.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * The HTML file of a report. Each {@link #write} replaces it as a whole: a browser that reads it at any time sees the last report
 * or the one before it. Not thread-safe.
 */
public final class ReportFile {
    private final Path file;

    /** @param file does not need to exist, but its folder does */
    public ReportFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** The absolute path. */
    public Path path() {
        return file;
    }

    /**
     * Writes a report in place of the last one.
     *
     * @throws IOException if the file cannot be written, with the reason in one line; the last report is unchanged then
     */
    public void write(Report report) throws IOException {
        Path next = next();
        try {
            Files.writeString(next, Page.of(report), UTF_8);
            move(next);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /**
     * Checks whether the file can be written, and leaves it as it is.
     *
     * @throws IOException if it cannot, with the reason in one line
     */
    public void requireWritable() throws IOException {
        Files.deleteIfExists(next());
    }

    /** An empty file in the same folder, because a file can be moved atomically only within a file system. */
    private Path next() throws IOException {
        Path folder = file.getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new IOException(file + " is a folder");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // Moving a file there would replace a device, such as /dev/null.
            throw new IOException(file + " is not a regular file");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
        try {
            // A new name, because others may have put a link there. Not createTempFile, whose files only their owner
            // can read.
            return Files.createFile(folder.resolve("." + file.getFileName() + "." + UUID.randomUUID()));
        } catch (AccessDeniedException e) {
            throw new IOException("no permission to write in " + folder, e);
        }
    }

    private void move(Path next) throws IOException {
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
