package io.sidetrack.bench;

import io.sidetrack.sandbox.SandboxException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs a benchmark. Exit codes: 0 if the run was completed, 1 after a failure, 2 for wrong usage. */
@Command(
        name = "bench.sh",
        mixinStandardHelpOptions = true,
        subcommands = {
            WriterBench.class,
            CompareBench.class,
            IncidentBench.class,
            GuardBench.class,
            IsolationBench.class,
            RouterBench.class,
            RouterQuietBench.class,
            RescueBench.class,
            FaultsBench.class,
            QuietBench.class,
            MemoryBench.class
        },
        description = "Compares Sidetrack with the alternatives on this machine. Run nothing else at the same time.")
final class BenchMain {
    private BenchMain() {}

    public static void main(String[] args) {
        CommandLine bench = new CommandLine(new BenchMain())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof SandboxException) {
                        System.err.println("bench: " + failure.getMessage());
                        return 1;
                    }
                    throw failure;
                });
        System.exit(bench.execute(args));
    }
}
