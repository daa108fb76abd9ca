package io.sidetrack.bench;

import io.sidetrack.bench.Splitter.Lanes;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The router against the alternatives. */
@Command(
        name = "router",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures how fast a backlog, half of it marked, goes from a topic of 3 partitions to lanes of 6 and 48:"
                        + " Sidetrack's router, loops written by hand, and Kafka Streams as it comes, one after another.")
final class RouterBench implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Option(
            names = "--loads",
            split = ",",
            defaultValue = "2000000x150,200000x5000",
            paramLabel = "RECORDSxBYTES",
            description = "Records measured, and the size of each. Default: ${DEFAULT-VALUE}.")
    private List<String> loads;

    @Option(
            names = "--splitters",
            split = ",",
            defaultValue =
                    "SIDETRACK,SIDETRACK_ALL_RULES,TRANSACTIONAL_LOOP,TRANSACTIONAL_LOOP_WITH_HEADER,BARE_STREAMS,"
                            + "SIDETRACK_AT_LEAST_ONCE,PLAIN_LOOP,PLAIN_LOOP_WITH_HEADER,BARE_STREAMS_AT_LEAST_ONCE",
            paramLabel = "NAME",
            description = "Who is measured, of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<Splitter> splitters;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "How often each is measured, in turn; the median is shown. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warm-up-bytes",
            defaultValue = "300000000",
            paramLabel = "N",
            description = "Of records that are left out of the figures, at the start. Default: ${DEFAULT-VALUE}.")
    private long warmUpBytes;

    @Option(
            names = "--set",
            paramLabel = "SETTING=VALUE",
            description = "A setting of Sidetrack's router, to see what it does; may be repeated.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "For every contender's JVM; may be repeated. Default: -Xmx512m.")
    private List<String> jvmOptions = List.of("-Xmx512m");

    /** What one did in one round. */
    record Split(double perSecond, double cpuPerMillion) {}

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(jvmOptions, settings)) {
            screen.say("| record | guarantee | contender | records | records/s | CPU s per million |");
            screen.say("|--:|:--|:--|--:|--:|--:|");
            for (String load : loads) {
                String[] parts = load.split("x", -1);
                measure(machine, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), screen);
            }
        }
        return 0;
    }

    private void measure(Machine machine, int records, int bytes, Screen screen) {
        String source = "source-" + bytes;
        int all = records + (int) (warmUpBytes / bytes);
        SourceBacklog.fill(machine.bootstrapServers(), source, all, bytes, true, screen);
        Map<Splitter, List<Split>> results = new EnumMap<>(Splitter.class);
        for (int round = 0; round < rounds; round++) {
            for (Splitter splitter : splitters) {
                String name = "%s-%d-%d".formatted(splitter.name().toLowerCase(Locale.ROOT), bytes, round);
                Lanes lanes = new Lanes(source, DefaultNames.liveTopic(name), DefaultNames.backfillTopic(name));
                results.computeIfAbsent(splitter, key -> new ArrayList<>())
                        .add(measure(machine, splitter, lanes, records, all, screen));
            }
        }
        for (Splitter splitter : splitters) {
            List<Split> sorted = results.get(splitter).stream()
                    .sorted(Comparator.comparingDouble(Split::perSecond))
                    .toList();
            Split median = sorted.get(sorted.size() / 2);
            screen.say(String.format(
                    Locale.ROOT,
                    "| %,d B | %s | %s | %,d | %,.0f | %.1f |",
                    bytes,
                    splitter.guarantee,
                    splitter.label,
                    records,
                    median.perSecond,
                    median.cpuPerMillion));
        }
    }

    static Split measure(Machine machine, Splitter splitter, Lanes lanes, int records, int all, Screen screen) {
        try (SandboxTopics topics = new SandboxTopics(machine.bootstrapServers())) {
            topics.createLane(lanes.live(), 6);
            topics.createLane(lanes.backfill(), 48);
            LaneEnds ends = new LaneEnds(topics.admin(), Map.of(lanes.live(), 6, lanes.backfill(), 48));
            try (ServiceProcess process = splitter.start(machine, lanes)) {
                long started = System.nanoTime();
                long from = (long) all - records;
                while (next(ends, process, splitter, started) < from) {
                    screen.show(splitter.label + ": warming up");
                }
                long fromNanos = System.nanoTime();
                Duration cpuFrom = Usage.cpu(process.pid());
                long first = ends.sum();
                long done = first;
                while (done < all) {
                    done = next(ends, process, splitter, started);
                    screen.show(Screen.progress(
                            splitter.label + ":",
                            done - first,
                            records,
                            (done - first) * 1e9 / (System.nanoTime() - fromNanos)));
                }
                double seconds = (System.nanoTime() - fromNanos) / 1e9;
                Duration cpu = Usage.cpu(process.pid()).minus(cpuFrom);
                long counted = done - first;
                return new Split(counted / seconds, cpu.toMillis() / 1000.0 * 1_000_000 / counted);
            }
        }
    }

    /** What is on the lanes; the marks that end transactions count as records, some hundreds a second for all alike. */
    private static long next(LaneEnds ends, ServiceProcess process, Splitter splitter, long started) {
        if (process.waitFor(LOOK) || System.nanoTime() - started > LIMIT.toNanos()) {
            throw new SandboxException(
                    splitter.label + " has ended, or does not; it says:\n" + process.output() + process.errors());
        }
        return ends.sum();
    }
}
