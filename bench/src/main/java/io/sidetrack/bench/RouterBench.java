package io.sidetrack.bench;

import io.sidetrack.bench.RouterContender.Lanes;
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

/** Compares the throughput of the router with that of the alternatives. */
@Command(
        name = "router",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures how fast a backlog, half of it marked, is routed from a topic of 3 partitions to lanes of 6 and 48:"
                        + " by Sidetrack's router, hand-written loops, and plain Kafka Streams, one after another.")
final class RouterBench implements Callable<Integer> {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Option(
            names = "--loads",
            split = ",",
            defaultValue = "2000000x150,200000x5000",
            paramLabel = "RECORDSxBYTES",
            description = "The number and size of the measured records. Default: ${DEFAULT-VALUE}.")
    private List<String> loads;

    @Option(
            names = "--contenders",
            split = ",",
            defaultValue =
                    "SIDETRACK,SIDETRACK_ALL_RULES,TRANSACTIONAL_LOOP,TRANSACTIONAL_LOOP_WITH_HEADER,BARE_STREAMS,"
                            + "SIDETRACK_AT_LEAST_ONCE,PLAIN_LOOP,PLAIN_LOOP_WITH_HEADER,BARE_STREAMS_AT_LEAST_ONCE",
            paramLabel = "NAME",
            description = "Some of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<RouterContender> contenders;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "How often each is measured, alternately; the median is printed. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warm-up-bytes",
            defaultValue = "300000000",
            paramLabel = "N",
            description =
                    "Bytes of the records that warm up the contender and are not measured. Default: ${DEFAULT-VALUE}.")
    private long warmUpBytes;

    @Option(
            names = "--set",
            paramLabel = "SETTING=VALUE",
            description = "A setting of Sidetrack's router; may be repeated.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "A JVM option of every contender; may be repeated. Default: -Xmx512m.")
    private List<String> jvmOptions = List.of("-Xmx512m");

    /** The measurements of one round. */
    record Rates(double perSecond, double cpuPerMillion) {}

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(jvmOptions, settings)) {
            screen.print("| record | guarantee | contender | records | records/s | CPU s per million |");
            screen.print("|--:|:--|:--|--:|--:|--:|");
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
        Map<RouterContender, List<Rates>> results = new EnumMap<>(RouterContender.class);
        for (int round = 0; round < rounds; round++) {
            for (RouterContender contender : contenders) {
                String name = "%s-%d-%d".formatted(contender.name().toLowerCase(Locale.ROOT), bytes, round);
                Lanes lanes = new Lanes(source, DefaultNames.liveTopic(name), DefaultNames.backfillTopic(name));
                results.computeIfAbsent(contender, key -> new ArrayList<>())
                        .add(measure(machine, contender, lanes, records, all, screen));
            }
        }
        for (RouterContender contender : contenders) {
            List<Rates> sorted = results.get(contender).stream()
                    .sorted(Comparator.comparingDouble(Rates::perSecond))
                    .toList();
            Rates median = sorted.get(sorted.size() / 2);
            screen.print(String.format(
                    Locale.ROOT,
                    "| %,d B | %s | %s | %,d | %,.0f | %.1f |",
                    bytes,
                    contender.guarantee,
                    contender.label,
                    records,
                    median.perSecond,
                    median.cpuPerMillion));
        }
    }

    static Rates measure(Machine machine, RouterContender contender, Lanes lanes, int records, int all, Screen screen) {
        try (SandboxTopics topics = new SandboxTopics(machine.bootstrapServers())) {
            topics.createLane(lanes.live(), 6);
            topics.createLane(lanes.backfill(), 48);
            LaneEnds ends = new LaneEnds(topics.admin(), Map.of(lanes.live(), 6, lanes.backfill(), 48));
            try (ServiceProcess process = contender.start(machine, lanes)) {
                long started = System.nanoTime();
                long from = (long) all - records;
                while (next(ends, process, contender, started) < from) {
                    screen.status(contender.label + ": warming up");
                }
                long fromNanos = System.nanoTime();
                Duration cpuFrom = Usage.cpu(process.pid());
                long first = ends.sum();
                long done = first;
                while (done < all) {
                    done = next(ends, process, contender, started);
                    screen.status(Screen.progress(
                            contender.label + ":",
                            done - first,
                            records,
                            (done - first) * 1e9 / (System.nanoTime() - fromNanos)));
                }
                double seconds = (System.nanoTime() - fromNanos) / 1e9;
                Duration cpu = Usage.cpu(process.pid()).minus(cpuFrom);
                long counted = done - first;
                return new Rates(counted / seconds, cpu.toMillis() / 1000.0 * 1_000_000 / counted);
            }
        }
    }

    /**
     * The number of records on the lanes. Transaction markers count as records; there are some hundreds per second, for every
     * contender that uses transactions.
     */
    private static long next(LaneEnds ends, ServiceProcess process, RouterContender contender, long started) {
        if (process.waitFor(POLL_INTERVAL) || System.nanoTime() - started > LIMIT.toNanos()) {
            throw new SandboxException(
                    contender.label + " exited or took too long; its output:\n" + process.output() + process.errors());
        }
        return ends.sum();
    }
}
