package io.sidetrack.bench;

import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares builds of the writer. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures two or more builds of the writer alternately, in several rounds, and prints the medians. Each round"
                        + " reverses the order of the previous one.")
final class CompareBench implements Callable<Integer> {
    private static final String TOPIC = "backlog";

    @Option(
            names = "--jar",
            required = true,
            paramLabel = "NAME=PATH",
            description = "A build of the writer; repeat for each. The first is the baseline.")
    private Map<String, Path> jars = new LinkedHashMap<>();

    @Option(
            names = "--cases",
            split = ",",
            defaultValue = "180x200,180x400,180x800,20x200,20x800",
            paramLabel = "MSxN",
            description = "Latency of the table in ms, and batches in flight. Default: ${DEFAULT-VALUE}.")
    private List<String> cases;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "How often each case is measured. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            paramLabel = "S",
            description = "How long each case is measured; 30 s include two commits. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Mixin
    private WarmUpOptions warmUp;

    @Option(
            names = "--topic-records",
            defaultValue = "12000000",
            paramLabel = "N",
            description =
                    "Records in the topic: more than the fastest build writes in a case. Default: ${DEFAULT-VALUE}.")
    private int topicRecords;

    @Mixin
    private PartitionsOption lane;

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "A JVM option of the writers; may be repeated. Default: -Xmx512m.")
    private List<String> jvmOptions = List.of("-Xmx512m");

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(jvmOptions, Map.of())) {
            Backlog.fill(machine.bootstrapServers(), TOPIC, lane.partitions, topicRecords, screen);
            Map<String, Map<String, List<Result>>> results = new LinkedHashMap<>();
            List<String> order = new ArrayList<>(jars.keySet());
            for (int round = 0; round < rounds; round++) {
                for (String benchCase : cases) {
                    for (String jar : order) {
                        results.computeIfAbsent(benchCase, key -> new LinkedHashMap<>())
                                .computeIfAbsent(jar, key -> new ArrayList<>())
                                .add(measure(machine, jar, benchCase, screen));
                    }
                }
                Collections.reverse(order);
            }
            screen.print("| latency | in flight | writer | records/s | min | max | relative | of the ceiling |"
                    + " CPU s per million | peak memory |");
            screen.print("|--:|--:|:--|--:|--:|--:|--:|--:|--:|--:|");
            results.values().forEach(builds -> {
                double base = median(builds.get(jars.keySet().iterator().next()), Result::perSecond);
                jars.keySet().forEach(jar -> screen.print(row(jar, builds.get(jar), base)));
            });
        }
        return 0;
    }

    private Result measure(Machine machine, String jar, String benchCase, Screen screen) {
        String[] parts = benchCase.split("x", -1);
        machine.useWriter(jars.get(jar));
        Result result = new Throughput(
                        machine, TOPIC, warmUp.warmUp(), topicRecords, Duration.ofSeconds(seconds), screen)
                .measure(WriterContender.SIDETRACK, Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
        if (machine.endpoint().count().distinct() >= topicRecords) {
            throw new SandboxException("the topic is too small for " + benchCase + ": increase --topic-records");
        }
        return result;
    }

    private static String row(String jar, List<Result> results, double base) {
        double perSecond = median(results, Result::perSecond);
        Result any = results.get(0);
        return String.format(
                Locale.ROOT,
                "| %d ms | %d | %s | %,.0f | %,.0f | %,.0f | %.3f | %.1f %% | %.2f | %.0f MB |",
                any.latencyMs(),
                any.inFlight(),
                jar,
                perSecond,
                results.stream().mapToDouble(Result::perSecond).min().orElseThrow(),
                results.stream().mapToDouble(Result::perSecond).max().orElseThrow(),
                perSecond / base,
                100 * perSecond / any.ceiling(),
                median(results, Result::cpuPerMillion),
                median(results, result -> result.peakMemory().orElse(0) / 1024.0 / 1024));
    }

    private static double median(List<Result> results, ToDoubleFunction<Result> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
