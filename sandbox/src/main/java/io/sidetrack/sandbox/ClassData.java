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
 * An archive of the classes that a jar loads, beside the jar (class data sharing, JEP 350). The integration tests start the
 * same jars hundreds of times, and a process with an archive needs about half the CPU until it is ready. The first process
 * that becomes ready and is then closed writes the archive; later ones use it. The JVM ignores an archive that does not fit.
 */
final class ClassData {
    /** Set by the build for the integration tests; not set, no archive is written or used. */
    private static final String PROPERTY = "sidetrack.sandbox.class-data";
    /** Jars of which a process of this JVM will write the archive. */
    private static final Set<Path> TRAINED = ConcurrentHashMap.newKeySet();

    private final Path archive;
    private final Path unfinished;

    private ClassData(Path archive) {
        this.archive = archive;
        this.unfinished = archive.resolveSibling(archive.getFileName() + "." + UUID.randomUUID());
    }

    /** The archive of a jar as it is now; empty unless the build asks for it. */
    static Optional<ClassData> of(Path jar) {
        if (!Boolean.getBoolean(PROPERTY)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ClassData(jar.resolveSibling(
                    jar.getFileName() + "." + Files.getLastModifiedTime(jar).toMillis() + ".jsa")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Options of the process, which uses the archive if it exists, and otherwise may have to write it. */
    List<String> options(boolean writes) {
        // A JVM warns on standard output about archives and about classes that it leaves out.
        return writes
                ? List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + unfinished)
                : Files.isReadable(archive) ? List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + archive) : List.of();
    }

    /** Whether the process that starts now should write the archive; at most one at a time does. */
    boolean isWanted() {
        return !Files.isReadable(archive) && TRAINED.add(archive);
    }

    /** The process has ended, of itself or by SIGTERM: its archive, if there is one, is that of the jar. */
    void finish() {
        try {
            if (Files.exists(unfinished)) {
                Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            TRAINED.remove(archive);
        }
    }

    /** The process was killed, or never became ready; the next may write the archive. */
    void giveUp() {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            TRAINED.remove(archive);
        }
    }
}
