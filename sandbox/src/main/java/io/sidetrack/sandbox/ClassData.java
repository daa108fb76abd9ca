package io.sidetrack.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An archive of the classes that a program loads, beside its jar (class data sharing, JEP 350). The integration tests start
 * the same programs hundreds of times, and a process with an archive needs about half the CPU until it is ready. The first
 * process that becomes ready and is then closed writes the archive; later ones use it. The JVM ignores an archive of another
 * class path.
 */
final class ClassData {
    /** Set by the build for the integration tests; without it, no archive is written or used. */
    private static final String PROPERTY = "sidetrack.sandbox.class-data";
    /** Archives that a running process of this JVM is to write. */
    private static final Set<Path> IN_PROGRESS = ConcurrentHashMap.newKeySet();

    private final Path archive;
    private final Path unfinished;

    private ClassData(Path archive) {
        this.archive = archive;
        this.unfinished = archive.resolveSibling(archive.getFileName() + "." + UUID.randomUUID());
    }

    /**
     * The archive of a program in its present state; empty unless the system property is set.
     *
     * @param jar the jar with the program's main class; archives cannot contain classes from folders
     */
    static Optional<ClassData> of(Path jar) {
        if (!isEnabled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ClassData(jar.resolveSibling(
                    jar.getFileName() + "." + Files.getLastModifiedTime(jar).toMillis() + ".jsa")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isEnabled() {
        return Boolean.getBoolean(PROPERTY);
    }

    /** JVM options that write the archive, or use it if it exists. */
    List<String> options(boolean writes) {
        // A JVM logs warnings about archives, and about classes that it does not archive, to standard output.
        return writes
                ? List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + unfinished)
                : Files.isReadable(archive) ? List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + archive) : List.of();
    }

    /** True if the next process should write the archive; at most one at a time does. */
    boolean claim() {
        return !Files.isReadable(archive) && IN_PROGRESS.add(archive);
    }

    /** Publishes the archive of a process that exited by itself or on SIGTERM; does nothing if it wrote none. */
    void finish() {
        try {
            if (Files.exists(unfinished)) {
                Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            IN_PROGRESS.remove(archive);
        }
    }

    /** Discards the archive of a process that was killed or never became ready; the next process may write it. */
    void discard() {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            IN_PROGRESS.remove(archive);
        }
    }
}
