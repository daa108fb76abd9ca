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

/** Faults on a cluster of three brokers. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs routers on three brokers, each source by a pair that shares it, and kills, freezes, restarts and fences"
                    + " brokers and routers, as a seed says. In the end `sidetrack audit` judges every source. Exit codes: 0"
                    + " all kept what they promise, 1 not, or the run did not come to its end."
        })
final class FaultsBench implements Callable<Integer> {
    @Option(
            names = "--records",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "Of each source, at least. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--faults",
            defaultValue = "60",
            paramLabel = "N",
            description = "How many, 6 or more. Default: ${DEFAULT-VALUE}.")
    private int faults;

    @Option(
            names = "--per-second",
            defaultValue = "1500",
            paramLabel = "N",
            description = "Records that each source receives while there are faults. Default: ${DEFAULT-VALUE}.")
    private int perSecond;

    @Option(
            names = "--guarantees",
            split = ",",
            defaultValue = "exactly_once_v2,at_least_once",
            paramLabel = "NAME",
            description = "A source, with two routers, for each. Default: ${DEFAULT-VALUE}.")
    private List<String> guarantees;

    @Option(names = "--seed", paramLabel = "N", description = "Of faults and records. Default: another each time.")
    private long seed = System.nanoTime();

    @Option(
            names = "--limit-minutes",
            defaultValue = "40",
            paramLabel = "N",
            description = "Of the whole run. Default: ${DEFAULT-VALUE}.")
    private int limitMinutes;

    @Option(
            names = "--logs",
            paramLabel = "FOLDER",
            description =
                    "Where the routers' logs stay. Default: a temporary folder, deleted if all is clean. Otherwise the brokers' data stays too.")
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
            result.lines().forEach(screen::say);
            if (result.clean() && logs == null) {
                Folders.delete(folder);
            }
            return result.clean() ? 0 : 1;
        } catch (SandboxException e) {
            screen.say("it was waiting for: " + run.waitingFor());
            throw e;
        }
    }
}
