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
    private static final String SHAPES_TOPIC = "guarded-shapes";
    private static final int SHAPES = 10;
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

    /** What the table contains when the records arrive. */
    private enum Keys {
        NEW("new"),
        EXIST("exist"),
        NEWER("exist, newer"),
        HALF("half exist"),
        /** One item in ten has the attributes of its record. */
        SHAPES("exist, ten shapes");

        private final String label;

        Keys(String label) {
            this.label = label;
        }

        private String topic() {
            return this == SHAPES ? SHAPES_TOPIC : TOPIC;
        }

        private void prepare(EndpointControl endpoint, int records) {
            if (this != NEW) {
                endpoint.existing(records, this == HALF ? 2 : 1, this == SHAPES ? GuardBench.SHAPES : 1, this == NEWER);
            }
        }
    }

    private record Case(WriterContender contender, Keys keys, int inFlight) {}

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(List.of("-Xmx512m"), Map.of())) {
            int all = records * 2 + records / 2;
            Backlog.fill(machine.bootstrapServers(), TOPIC, lane.partitions, all, screen);
            Backlog.fill(machine.bootstrapServers(), SHAPES_TOPIC, lane.partitions, all, SHAPES, screen);
            screen.print("| contender | keys | in flight | records | records/s | of overwrite | items/call |"
                    + " CPU s per million |");
            screen.print("|:--|:--|--:|--:|--:|--:|--:|--:|");
            double overwrite = 0;
            for (Case benchCase : List.of(
                    new Case(WriterContender.SIDETRACK, Keys.NEW, inFlight),
                    new Case(WriterContender.KEEP_EXISTING, Keys.NEW, inFlight),
                    new Case(WriterContender.NEWEST_WINS, Keys.NEW, inFlight),
                    new Case(WriterContender.NEWEST_WINS, Keys.EXIST, inFlight),
                    new Case(WriterContender.NEWEST_WINS, Keys.NEWER, inFlight),
                    new Case(WriterContender.NEWEST_WINS, Keys.HALF, inFlight),
                    new Case(WriterContender.NEWEST_WINS, Keys.SHAPES, inFlight),
                    new Case(WriterContender.CONDITIONAL_PUTS, Keys.EXIST, lane.partitions))) {
                Result result = new Throughput(
                                machine,
                                benchCase.keys.topic(),
                                new WarmUp(records, Duration.ofSeconds(30), Duration.ofSeconds(4)),
                                records,
                                LIMIT,
                                screen)
                        .measure(
                                benchCase.contender,
                                latency,
                                benchCase.inFlight,
                                endpoint -> benchCase.keys.prepare(endpoint, all));
                overwrite = overwrite == 0 ? result.perSecond() : overwrite;
                screen.print(String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %,d | %,.0f | %.2f | %.1f | %.1f |",
                        result.contender(),
                        benchCase.keys.label,
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
