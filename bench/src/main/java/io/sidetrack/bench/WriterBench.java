package io.sidetrack.bench;

import io.sidetrack.sandbox.Screen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the throughput of the writer with that of the alternatives. */
@Command(
        name = "writer",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures how fast a backlog is written to a table with a fixed latency: by Sidetrack's writer, Parallel"
                        + " Consumer, and hand-written loops, one after another.")
final class WriterBench implements Callable<Integer> {
    private static final String TOPIC = "backlog";

    @Option(
            names = "--latency",
            split = ",",
            defaultValue = "180,20",
            paramLabel = "MS",
            description = "Latency of every write, in ms. Default: ${DEFAULT-VALUE}.")
    private List<Long> latencies;

    @Option(
            names = "--in-flight",
            split = ",",
            defaultValue = "50,200,400,800",
            paramLabel = "N",
            description = "Batches in flight. Default: ${DEFAULT-VALUE}.")
    private List<Integer> inFlights;

    @Option(
            names = "--contenders",
            split = ",",
            defaultValue = "ONE_BY_ONE,SYNC_BATCHES,PARALLEL_CONSUMER,ASYNC_LOOP,SIDETRACK",
            paramLabel = "NAME",
            description = "Some of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<WriterContender> contenders;

    @Option(
            names = "--records",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "Records measured in each case. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Mixin
    private WarmUpOptions warmUp;

    @Option(
            names = "--topic-records",
            defaultValue = "3000000",
            paramLabel = "N",
            description = "Records in the topic: enough for warm-up and measurement. Default: ${DEFAULT-VALUE}.")
    private int topicRecords;

    @Mixin
    private PartitionsOption lane;

    @Option(
            names = "--slow-limit",
            defaultValue = "20",
            paramLabel = "S",
            description = "How long contenders with one call at a time are measured, which would otherwise take hours."
                    + " Default: ${DEFAULT-VALUE}.")
    private int slowLimitSeconds;

    @Option(
            names = "--set",
            paramLabel = "SETTING=VALUE",
            description = "A setting of Sidetrack's writer; may be repeated.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "A JVM option of every contender; may be repeated. Default: -Xmx512m.")
    private List<String> jvmOptions = List.of("-Xmx512m");

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(jvmOptions, settings)) {
            Backlog.fill(machine.bootstrapServers(), TOPIC, lane.partitions, topicRecords, screen);
            screen.print(Result.HEAD);
            for (long latency : latencies) {
                for (WriterContender contender : contenders) {
                    if (!contender.isConcurrent()) {
                        screen.print(throughput(machine, Duration.ofSeconds(slowLimitSeconds), screen)
                                .measure(contender, latency, 1)
                                .row());
                    }
                }
                for (int inFlight : inFlights) {
                    for (WriterContender contender : contenders) {
                        if (contender.isConcurrent()) {
                            screen.print(throughput(machine, Duration.ofHours(1), screen)
                                    .measure(contender, latency, inFlight)
                                    .row());
                        }
                    }
                }
            }
        }
        return 0;
    }

    private Throughput throughput(Machine machine, Duration limit, Screen screen) {
        return new Throughput(machine, TOPIC, warmUp.warmUp(), records, limit, screen);
    }
}
