package io.sidetrack.bench;

import io.sidetrack.sandbox.Folders;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.faults.FaultRun;
import io.sidetrack.sandbox.faults.FaultRun.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A run of routers under faults, on a cluster of three brokers. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs pairs of routers on three brokers, each pair on a source of its own, and kills, freezes, restarts and fences"
                    + " brokers and routers by a schedule that a seed determines. Finally, `sidetrack audit` verifies every"
                    + " source. Exit codes: 0 all routers kept their guarantee, 1 they did not, or the run failed."
        })
final class FaultsBench implements Callable<Integer> {
    @Option(
            names = "--records",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "The minimum number of records of each source. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--faults",
            defaultValue = "60",
            paramLabel = "N",
            description = "The number of faults, at least 6. Default: ${DEFAULT-VALUE}.")
    private int faults;

    @Option(
            names = "--per-second",
            defaultValue = "1500",
            paramLabel = "N",
            description = "Records per second of each source while faults are injected. Default: ${DEFAULT-VALUE}.")
    private int perSecond;

    @Option(
            names = "--guarantees",
            split = ",",
            defaultValue = "exactly_once_v2,at_least_once",
            paramLabel = "NAME",
            description = "The guarantees: a source with two routers for each. Default: ${DEFAULT-VALUE}.")
    private List<String> guarantees;

    @Option(names = "--seed", paramLabel = "N", description = "The seed of faults and records. Default: random.")
    private long seed = System.nanoTime();

    @Option(
            names = "--limit-minutes",
            defaultValue = "40",
            paramLabel = "N",
            description = "The time limit of the whole run. Default: ${DEFAULT-VALUE}.")
    private int limitMinutes;

    @Option(
            names = "--logs",
            paramLabel = "FOLDER",
            description =
                    "The folder of the routers' logs. Default: a temporary folder, deleted after a clean run. After any other"
                            + " run, the brokers' data is kept too.")
    private Path logs;

    @Override
    public Integer call() {
        Screen screen = new Screen(System.out);
        Path folder = logs == null ? Folders.temporary("sidetrack-faults") : Folders.existing(logs);
        FaultRun run = new FaultRun(
                new Plan(
                        records,
                        Math.max(6, faults),
                        perSecond,
                        guarantees,
                        seed,
                        Duration.ofMinutes(limitMinutes),
                        folder),
                screen);
        try {
            FaultRun.Result result = run.run();
            result.lines().forEach(screen::print);
            if (result.clean() && logs == null) {
                Folders.delete(folder);
            }
            return result.clean() ? 0 : 1;
        } catch (SandboxException e) {
            screen.print("failed while waiting for: " + run.step());
            throw e;
        }
    }
}
