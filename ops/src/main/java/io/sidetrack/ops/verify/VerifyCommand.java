package io.sidetrack.ops.verify;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.ProgressLine;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.publish.FileRecords;
import io.sidetrack.ops.publish.InputFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnExecutionException = 2,
        description = {
            "Reads a lane, or files in the form that publish takes, and reports for each key whether the table contains"
                    + " what the records say: whole items, versions and the markers of deletes. Changes nothing.",
            "The settings of the lane's writer that decide what an item contains are read from its own WRITER_"
                    + " variables. Records with a dead letter say nothing about the table. Without versions (WRITER_MODE,"
                    + " WRITER_VERSION_ATTRIBUTE), an item that another lane has overwritten is different.",
            "Keys are distributed over temporary files, about 150 bytes and the key for each record, so the heap does not"
                    + " grow with them. Findings contain keys and positions, but no other values. Ctrl-C prints what was"
                    + " compared."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            "0:all keys are equal, newer or kept",
            "1:others",
            "2:invalid arguments or settings, or the verification failed or was interrupted"
        })
public final class VerifyCommand implements Callable<Integer> {
    private static final int FAILED = StartupException.EXIT_CODE;
    private static final List<String> OF_A_LANE = List.of(
            "--topic",
            "--group",
            "--ignore-group",
            "--dead-letters",
            "--other-lane",
            "--from",
            "--to",
            "--from-offset",
            "--to-offset");
    private static final List<String> OF_FILES =
            List.of("--format", "--key", "--key-attributes", "--key-format", "--timestamp");

    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private FileOptions options;

    @Mixin
    private TopicOptions topics;

    @Mixin
    private TableOptions table;

    @Mixin
    private WriterOptions writer;

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            defaultValue = "100",
            converter = Percentage.class,
            description = "Verify only this percentage of the keys, the same ones in each run. Default: all.")
    private double sample;

    @Option(
            names = "--places",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many findings of each kind to print. Default: ${DEFAULT-VALUE}.")
    private int places;

    @Option(
            names = "--work-dir",
            paramLabel = "FOLDER",
            description = "Where to create temporary files. Default: the system's folder for them.")
    private Path workDir;

    @Mixin
    private JsonOption json;

    /** @param environment with the services' own variables */
    public VerifyCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (places < 0) {
            throw new StartupException("--places=" + places, "not valid", "Use 0 or more.");
        }
        requireNone(options.hasFiles() ? OF_A_LANE : OF_FILES, options.hasFiles() ? "for a lane" : "for files");
        topics.slice().check();
        Optional<InputFiles> files = options.files();
        Optional<FileRecords> records = files.map(some -> options.records());
        if (table.wholeTable() && (files.isPresent() || !topics.slice().isWhole())) {
            throw new StartupException(
                    "--whole-table",
                    "only the whole lane can account for all items",
                    "Omit it, or verify the whole lane.");
        }
        StopRequest stop = new StopRequest();
        Interruption interruption = Interruption.watch(stop);
        try {
            Report report = verify(files, records, stop);
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                JsonOption.print(out, ReportText.json(report));
            } else {
                ReportText.lines(report).forEach(out::println);
            }
            out.flush();
            return report.interrupted() ? FAILED : report.isClean() ? 0 : 1;
        } catch (OpsException | KafkaException e) {
            // Exit code 1 means that there are findings.
            spec.commandLine().getErr().println("sidetrack: " + e.getMessage());
            return FAILED;
        } catch (IOException | UncheckedIOException e) {
            spec.commandLine()
                    .getErr()
                    .println("sidetrack: a file cannot be read, or a temporary file written (" + e.getMessage()
                            + "); check the file, and the space in --work-dir");
            return FAILED;
        } finally {
            interruption.ended();
        }
    }

    /** An option that has no effect would be taken for one that has. */
    private void requireNone(List<String> names, String purpose) {
        names.stream()
                .filter(spec.commandLine().getParseResult()::hasMatchedOption)
                .findFirst()
                .ifPresent(name -> {
                    throw new StartupException(name, "only " + purpose, "Omit it; verify either a lane or files.");
                });
    }

    private Report verify(Optional<InputFiles> files, Optional<FileRecords> records, StopRequest stop)
            throws IOException {
        Optional<ProgressLine> line = !json.isWanted() && Terminal.isInteractive()
                ? Optional.of(new ProgressLine(spec.commandLine().getErr(), System::nanoTime))
                : Optional.empty();
        try (TemporaryFolder folder = TemporaryFolder.in(Optional.ofNullable(workDir));
                Verification verification = Verification.open(
                        table, writer, environment.variables(), sample, new Tally(places), folder.path(), stop, line)) {
            return files.isPresent()
                    ? verification.files(files.get(), records.orElseThrow())
                    : verification.lane(kafka.properties(), topics);
        } finally {
            line.ifPresent(ProgressLine::clear);
        }
    }
}
