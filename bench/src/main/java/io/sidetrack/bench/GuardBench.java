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

/** What the version guard costs. */
@Command(
        name = "guard",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures each mode of the writer against `overwrite`, with keys that are new and keys that exist, and"
                        + " a loop that puts conditionally, one at a time for each partition.")
final class GuardBench implements Callable<Integer> {
    private static final String TOPIC = "guarded";
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @Option(
            names = "--latency",
            defaultValue = "180",
            paramLabel = "MS",
            description = "Of every call, in ms. Default: ${DEFAULT-VALUE}.")
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
            description = "Measured in each case, or as many as are done in 40 s. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Mixin
    private PartitionsOption lane;

    /** What is measured: by whom, and whether the keys exist. */
    private record Case(Contender contender, boolean exist, int inFlight) {}

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(List.of("-Xmx512m"), Map.of())) {
            int all = records * 2 + records / 2;
            Backlog.fill(machine.bootstrapServers(), TOPIC, lane.partitions, all, screen);
            screen.say("| who | keys | in flight | records | records/s | of overwrite | items/call |"
                    + " CPU s per million |");
            screen.say("|:--|:--|--:|--:|--:|--:|--:|--:|");
            double overwrite = 0;
            for (Case some : List.of(
                    new Case(Contender.SIDETRACK, false, inFlight),
                    new Case(Contender.KEEP_EXISTING, false, inFlight),
                    new Case(Contender.NEWEST_WINS, false, inFlight),
                    new Case(Contender.NEWEST_WINS, true, inFlight),
                    new Case(Contender.CONDITIONAL_PUTS, true, lane.partitions))) {
                Result result = new Throughput(
                                machine,
                                TOPIC,
                                new WarmUp(records, Duration.ofSeconds(30), Duration.ofSeconds(4)),
                                records,
                                LIMIT,
                                screen)
                        .measure(some.contender, latency, some.inFlight, some.exist ? all : 0);
                overwrite = overwrite == 0 ? result.perSecond() : overwrite;
                screen.say(String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %,d | %,.0f | %.2f | %.1f | %.1f |",
                        result.contender(),
                        some.exist ? "exist" : "new",
                        some.inFlight,
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
