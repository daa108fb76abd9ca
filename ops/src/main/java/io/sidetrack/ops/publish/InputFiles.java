package io.sidetrack.ops.publish;

import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files to read, in their order: those that were named, and the files with data in folders that were named, by their names. A
 * line has a <em>position</em>, which increases over all files. Immutable.
 */
public final class InputFiles {
    /** Standard input. */
    static final Path STANDARD_INPUT = Path.of("-");

    private static final Pattern DATA = Pattern.compile("(?!manifest-|\\.|_).*\\.(json|jsonl|ndjson)(\\.gz)?");
    private static final Pattern ION = Pattern.compile(".*\\.ion(\\.gz)?");
    private static final String SUMMARY = "manifest-summary.json";
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_./:+,=@%-]+");
    /** The lowest bits of a position are the number of a line, the others that of the file. */
    private static final int LINE_BITS = 40;

    private static final long MAX_LINE = (1L << LINE_BITS) - 1;

    private final List<Path> files;
    /** How many files in folders have no data. */
    private final int ignored;

    private InputFiles(List<Path> files, int ignored) {
        this.files = files;
        this.ignored = ignored;
    }

    /**
     * Finds the files.
     *
     * @param named files and folders, or only {@code -} for standard input
     * @throws StartupException if one cannot be read, or contains no data
     */
    public static InputFiles of(List<Path> named) {
        List<Path> files = new ArrayList<>();
        int ignored = 0;
        for (Path path : named) {
            if (path.equals(STANDARD_INPUT)) {
                if (named.size() > 1) {
                    throw problem(path, "standard input cannot be combined with files", "Name only one of them.", null);
                }
                files.add(path);
            } else if (Files.isDirectory(path)) {
                ignored += addFolder(path, files);
            } else if (!Files.isReadable(path)) {
                throw problem(path, "cannot be read", "Name a file with one JSON object per line, or a folder.", null);
            } else {
                files.add(requireJson(path));
            }
        }
        return new InputFiles(List.copyOf(files), ignored);
    }

    /** @return how many files have no data */
    private static int addFolder(Path folder, List<Path> files) {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            all = found.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw problem(folder, "cannot be read (" + e.getMessage() + ")", "Make the folder readable.", e);
        }
        long exports = all.stream().filter(file -> isNamed(file, SUMMARY)).count();
        if (exports > 1) {
            throw problem(
                    folder,
                    "contains " + exports + " exports",
                    "Name the folder of one of them, and begin with the oldest.",
                    null);
        }
        int before = files.size();
        for (Path file : all) {
            if (DATA.matcher(requireJson(file).getFileName().toString()).matches()) {
                files.add(file);
            }
        }
        int added = files.size() - before;
        if (added == 0) {
            throw problem(
                    folder,
                    "contains no file whose name ends in .json, .jsonl or .ndjson, with or without .gz",
                    "Name the files.",
                    null);
        }
        return all.size() - added;
    }

    private static boolean isNamed(Path file, String name) {
        return file.getFileName().toString().equals(name);
    }

    private static Path requireJson(Path file) {
        if (ION.matcher(file.getFileName().toString()).matches()) {
            throw problem(file, "is Amazon Ion", "Export the table in the format DynamoDB JSON.", null);
        }
        return file;
    }

    private static StartupException problem(Path path, String problem, String remedy, Exception cause) {
        return new StartupException("FILE " + path, problem, remedy, cause);
    }

    /** The files. */
    public List<Path> files() {
        return files;
    }

    /** Whether standard input is read, which is possible only once. */
    public boolean isStandardInput() {
        return files.contains(STANDARD_INPUT);
    }

    /** The size of all files in bytes; 0 if it is unknown. */
    public long bytes() throws IOException {
        return isStandardInput() ? 0 : bytes(files.size());
    }

    /** The size of the first files in bytes. */
    long bytes(int count) throws IOException {
        long bytes = 0;
        for (Path file : files.subList(0, count)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** How many files there are, for people; empty if only a file was named. */
    Optional<String> found() {
        if (files.size() == 1 && ignored == 0) {
            return Optional.empty();
        }
        String others = ignored == 0 ? "" : String.format(Locale.ROOT, ", %,d others ignored", ignored);
        return Optional.of(
                String.format(Locale.ROOT, files.size() == 1 ? "%,d file%s" : "%,d files%s", files.size(), others));
    }

    /**
     * The position of a line.
     *
     * @param file the index of its file
     * @param line its number, from 1
     */
    static long position(int file, long line) {
        if (line > MAX_LINE) {
            throw new IllegalArgumentException("a file has more than " + MAX_LINE + " lines");
        }
        return ((long) file << LINE_BITS) | line;
    }

    /** The index of the file of a line. */
    static int file(long position) {
        return (int) (position >> LINE_BITS);
    }

    /** The number of a line in its file, from 1. */
    static long line(long position) {
        return position & MAX_LINE;
    }

    /**
     * The position of a line by its file's name.
     *
     * @param file as in the messages of an earlier run; empty for the first one
     * @param line its number, from 1
     * @throws StartupException if there is no such file
     */
    long position(Optional<Path> file, long line) {
        if (file.isEmpty()) {
            if (line > 1 && files.size() > 1) {
                throw new StartupException(
                        "--from-line=" + line, "there are several files", "Name one of them with --from-file.");
            }
            return position(0, line);
        }
        int index = files.indexOf(file.get());
        if (index < 0) {
            throw new StartupException(
                    "--from-file=" + file.get(), "not one of the files", "Name it as the earlier run did.");
        }
        return position(index, line);
    }

    /** A line, for messages; only its file if the file could not be opened. */
    public String describe(long position) {
        String line = "line " + line(position);
        if (files.size() == 1) {
            return line;
        }
        Path file = files.get(file(position));
        return line(position) == 0 ? file.toString() : file + " " + line;
    }

    /** The options that begin with a line. */
    String options(long position) {
        String line = "--from-line " + line(position);
        if (files.size() == 1) {
            return line;
        }
        String name = files.get(file(position)).toString();
        return "--from-file " + (PLAIN_NAME.matcher(name).matches() ? name : "'" + name.replace("'", "'\\''") + "'")
                + " " + line;
    }
}
