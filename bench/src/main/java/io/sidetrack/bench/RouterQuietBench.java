package io.sidetrack.bench;

import io.sidetrack.bench.RouterContender.Lanes;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the latency that the router adds to a quiet topic. */
@Command(
        name = "router-quiet",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures the time from reading a live record from the source to reading it from its lane.")
final class RouterQuietBench implements Callable<Integer> {
    private static final int WARM_UP_SECONDS = 15;

    @Option(
            names = "--rate",
            defaultValue = "5",
            paramLabel = "N",
            description = "Records per second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            paramLabel = "S",
            description = "How long latencies are measured, after 15 s of warm-up. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--contenders",
            split = ",",
            defaultValue = "SIDETRACK,BARE_STREAMS,SIDETRACK_AT_LEAST_ONCE,BARE_STREAMS_AT_LEAST_ONCE",
            paramLabel = "NAME",
            description = "Some of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<RouterContender> contenders;

    @Option(
            names = "--set",
            paramLabel = "SETTING=VALUE",
            description = "A setting of Sidetrack's router; may be repeated.")
    private Map<String, String> settings = Map.of();

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(List.of("-Xmx512m"), settings)) {
            screen.print("| guarantee | contender | records/s | added: p50 | p95 | p99 | max |");
            screen.print("|:--|:--|--:|--:|--:|--:|--:|");
            for (RouterContender contender : contenders) {
                List<Double> added = measure(machine, contender, screen);
                screen.print(String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %s | %s | %s | %s |",
                        contender.guarantee,
                        contender.label,
                        rate,
                        Probe.ms(added, 0.5),
                        Probe.ms(added, 0.95),
                        Probe.ms(added, 0.99),
                        Probe.ms(added, 1)));
            }
        }
        return 0;
    }

    private List<Double> measure(Machine machine, RouterContender contender, Screen screen) {
        String name = contender.name().toLowerCase(Locale.ROOT);
        Lanes lanes = new Lanes(name, DefaultNames.liveTopic(name), DefaultNames.backfillTopic(name));
        try (SandboxTopics topics = new SandboxTopics(machine.bootstrapServers())) {
            topics.create(lanes.source(), SourceBacklog.PARTITIONS, Map.of());
            topics.createLane(lanes.live(), 6);
            topics.createLane(lanes.backfill(), 48);
            topics.createLane(DefaultNames.deadLetterTopic(name), 1);
        }
        Probe probe = new Probe(machine.bootstrapServers());
        try (Probe.Reader source = probe.read(lanes.source());
                Probe.Reader live = probe.read(lanes.live());
                ServiceProcess process = contender.start(machine, lanes)) {
            int records = (WARM_UP_SECONDS + seconds) * rate;
            probe.send(lanes.source(), 0, records, rate, screen);
            long start = System.nanoTime();
            while (live.seen().size() < records || source.seen().size() < records) {
                if (process.waitFor(Duration.ofMillis(50))
                        || System.nanoTime() - start > Duration.ofSeconds(60).toNanos()) {
                    throw new SandboxException(
                            contender.label + " did not route all records; its output:\n" + process.output());
                }
            }
            List<Double> added = new ArrayList<>();
            live.seen().forEach((number, at) -> {
                if (number >= (long) WARM_UP_SECONDS * rate) {
                    added.add((at - source.seen().get(number)) / 1e6);
                }
            });
            return added;
        }
    }
}
