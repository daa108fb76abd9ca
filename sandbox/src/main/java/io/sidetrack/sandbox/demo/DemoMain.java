package io.sidetrack.sandbox.demo;

import io.sidetrack.report.ReportFile;
import io.sidetrack.sandbox.Folders;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The demo. Exit codes: 0 if the table contains exactly what was sent, 1 if not or after a failure, 2 for wrong usage. */
@Command(
        name = "demo.sh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs Sidetrack on this machine: a broker, DynamoDB Local, the router and two writers; live traffic at 5"
                    + " messages per second, then a backfill at the same time. Shows progress and the live lane's latency,"
                    + " compares every item of the table with what was sent, and writes a report with charts.",
            "Set AWS_ENDPOINT_URL_DYNAMODB to write to another local DynamoDB endpoint."
        })
public final class DemoMain implements Callable<Integer> {
    @Option(
            names = "--records",
            paramLabel = "N",
            description = "The number of records to generate. Default: 100000; 45000 with --incident.")
    private Integer records;

    @Option(names = "--input", paramLabel = "FILE.jsonl", description = "Your own records, one JSON object per line.")
    private Path input;

    @Option(
            names = "--key",
            paramLabel = "/FIELD",
            defaultValue = "/id",
            description = "With --input: the field that is the table's key. Default: ${DEFAULT-VALUE}.")
    private String key;

    @Option(names = "--keep", description = "Keep everything running at the end, and print the addresses.")
    private boolean keep;

    @Option(
            names = "--incident",
            description =
                    "Run the incident instead, at small scale, with 180 ms for each DynamoDB call: single writes on 3"
                            + " partitions, batches of 25 on 3 partitions, then Sidetrack.")
    private boolean incident;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "The file of the report. Default: sidetrack-demo.html in the current folder;"
                    + " sidetrack-incident.html with --incident.")
    private Path html;

    @Option(
            names = "--warm-up-s",
            paramLabel = "N",
            defaultValue = "12",
            description = "How long the JVMs warm up before anything is measured. Default: ${DEFAULT-VALUE}.")
    private int warmUpSeconds;

    @Option(
            names = "--measure-s",
            paramLabel = "N",
            description =
                    "How long live traffic is measured before the backfill. Default: 15. With --incident: how long each"
                            + " way is measured, at most. Default: 30.")
    private Integer measureSeconds;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        // After Ctrl-C, failures are expected, because processes end in any order: they are not reported.
        AtomicBoolean interrupted = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted.set(true), "interrupted"));
        CommandLine demo = new CommandLine(new DemoMain()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (interrupted.get()) {
                return 1;
            }
            if (failure instanceof SandboxException) {
                System.err.println("demo: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
        System.exit(demo.execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        requirePositive("--records", records);
        requirePositive("--warm-up-s", warmUpSeconds);
        requirePositive("--measure-s", measureSeconds);
        Screen screen = new Screen(System.out);
        Output output = new Output(screen, report());
        Path folder = Folders.temporary("sidetrack-data");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder), "delete-data"));
        if (incident) {
            return new Incident(screen, output, measured(30))
                    .run(Data.generate(folder, records == null ? 45_000 : records));
        }
        Data data = input == null ? Data.generate(folder, records == null ? 100_000 : records) : Data.of(input, key);
        return new Demo(screen, output, keep).run(data, Duration.ofSeconds(warmUpSeconds), measured(15));
    }

    private Duration measured(int defaultSeconds) {
        return Duration.ofSeconds(measureSeconds == null ? defaultSeconds : measureSeconds);
    }

    private void requirePositive(String option, Integer value) {
        if (value != null && value < 1) {
            throw new ParameterException(spec.commandLine(), option + "=" + value + ": must be at least 1");
        }
    }

    /** A file that was chosen must be writable, before the demo takes its minute. */
    private ReportFile report() {
        if (html == null) {
            return new ReportFile(Path.of(incident ? "sidetrack-incident.html" : "sidetrack-demo.html"));
        }
        ReportFile file = new ReportFile(html);
        try {
            file.requireWritable();
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--html=" + html + ": " + e.getMessage(), e);
        }
        return file;
    }
}
