package io.sidetrack.bench;

import io.sidetrack.bench.Throughput.WarmUp;
import io.sidetrack.sandbox.Screen;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the cost of the version guard. */
@Command(
        name = "guard",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Compares each mode of the writer with `overwrite`, for new and for existing keys, and with a loop of"
                        + " conditional puts, one at a time for each partition.")
final class GuardBench implements Callable<Integer> {
    private static final String TOPIC = "guarded";
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @Option(
            names = "--latency",
            defaultValue = "180",
            paramLabel = "MS",
            description = "Latency of every call, in ms. Default: ${DEFAULT-VALUE}.")
    private long latency;

    @Option(
            names = "--in-flight",
            defaultValue = "400",
            paramLabel = "N",
            description = "Batches in flight. Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(
            names = "--records",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "Records measured in each case, which ends after 40 s. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Mixin
    private PartitionsOption lane;

    /** A measurement of a contender with existing or with new keys. */
    private record Case(WriterContender contender, boolean keysExist, int inFlight) {}

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(List.of("-Xmx512m"), Map.of())) {
            int all = records * 2 + records / 2;
            Backlog.fill(machine.bootstrapServers(), TOPIC, lane.partitions, all, screen);
            screen.print("| contender | keys | in flight | records | records/s | of overwrite | items/call |"
                    + " CPU s per million |");
            screen.print("|:--|:--|--:|--:|--:|--:|--:|--:|");
            double overwrite = 0;
            for (Case benchCase : List.of(
                    new Case(WriterContender.SIDETRACK, false, inFlight),
                    new Case(WriterContender.KEEP_EXISTING, false, inFlight),
                    new Case(WriterContender.NEWEST_WINS, false, inFlight),
                    new Case(WriterContender.NEWEST_WINS, true, inFlight),
                    new Case(WriterContender.CONDITIONAL_PUTS, true, lane.partitions))) {
                Result result = new Throughput(
                                machine,
                                TOPIC,
                                new WarmUp(records, Duration.ofSeconds(30), Duration.ofSeconds(4)),
                                records,
                                LIMIT,
                                screen)
                        .measure(benchCase.contender, latency, benchCase.inFlight, benchCase.keysExist ? all : 0);
                overwrite = overwrite == 0 ? result.perSecond() : overwrite;
                screen.print(String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %,d | %,.0f | %.2f | %.1f | %.1f |",
                        result.contender(),
                        benchCase.keysExist ? "exist" : "new",
                        benchCase.inFlight,
                        result.records(),
                        result.perSecond(),
                        result.perSecond() / overwrite,
                        result.itemsPerCall(),
                        result.cpuPerMillion()));
            }
        }
        return 0;
    }
}
