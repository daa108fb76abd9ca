package io.sidetrack.sandbox.demo;

import io.sidetrack.sandbox.Folders;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demo. Exit codes: 0 if the table contains exactly what was sent, 1 if not or after a failure, 2 for wrong usage. */
@Command(
        name = "demo.sh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs Sidetrack on this machine: a broker, DynamoDB Local, the router and two writers; live traffic at 5"
                    + " messages per second, then a backfill at the same time. Shows progress and the live lane's latency,"
                    + " and finally compares every item of the table with what was sent.",
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
        Screen screen = new Screen(System.out);
        Path folder = Folders.temporary("sidetrack-data");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder), "delete-data"));
        if (incident) {
            return new Incident(screen).run(Data.generate(folder, records == null ? 45_000 : records));
        }
        Data data = input == null ? Data.generate(folder, records == null ? 100_000 : records) : Data.of(input, key);
        return new Demo(screen, keep).run(data);
    }
}
