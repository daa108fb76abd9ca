package io.sidetrack.bench;

import io.sidetrack.bench.EndpointControl.Count;
import io.sidetrack.bench.endpoint.Findings;
import io.sidetrack.bench.endpoint.Orders;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The incident that led to Sidetrack, at its real size. */
@Command(
        name = "incident",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures how long the writer takes for the backlog of the incident, from its start to the last commit, and"
                        + " verifies that the table contains the last version of every key. Every 200th record changes an"
                        + " earlier order. Exit code 1 if the verification fails.")
final class IncidentBench implements Callable<Integer> {
    static final String TOPIC = "incident";
    private static final String GROUP = "incident-writer";
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    /** The time without a write after which the lag is read, which costs the broker some work. */
    private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();
    /** The time without a write after which the run fails: many times the commit interval. */
    private static final long STUCK_NANOS = Duration.ofMinutes(2).toNanos();

    @Option(
            names = "--records",
            defaultValue = "14500000",
            paramLabel = "N",
            description = "The number of records in the topic. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--latency",
            defaultValue = "180",
            paramLabel = "MS",
            description = "Latency of every call, in ms. Default: ${DEFAULT-VALUE}.")
    private long latency;

    @Option(
            names = "--in-flight",
            defaultValue = "800",
            paramLabel = "N",
            description = "Batches in flight. Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Mixin
    private PartitionsOption lane;

    @Option(
            names = "--set",
            paramLabel = "SETTING=VALUE",
            description = "A setting of Sidetrack's writer; may be repeated.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "A JVM option of the writer; may be repeated. Default: -Xmx512m.")
    private List<String> jvmOptions = List.of("-Xmx512m");

    /**
     * The measurements of a run.
     *
     * @param startUp the seconds from the start of the process to the first acknowledged write
     * @param seconds the seconds from there to the last acknowledged write
     * @param writes the number of items in all calls; less than the records if a change superseded its order in the buffer
     * @param cpuSeconds the CPU time of the process since its start
     */
    record Recovery(double startUp, double seconds, long writes, double cpuSeconds, OptionalLong peakMemory) {}

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        Orders orders = new Orders(records);
        try (Machine machine = Machine.start(jvmOptions, settings)) {
            Backlog.fill(machine.bootstrapServers(), TOPIC, lane.partitions, orders, screen);
            Recovery recovery = measure(machine, orders, latency, inFlight, screen);
            Findings findings = machine.endpoint().findings();
            double perSecond = records / recovery.seconds;
            screen.print(
                    "| records | keys | writes | start-up | seconds | records/s | of the ceiling | CPU s per million |"
                            + " peak memory | in the table |");
            screen.print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|:--|");
            screen.print(String.format(
                    Locale.ROOT,
                    "| %,d | %,d | %,d | %.1f s | %.1f s | %,.0f | %.1f %% | %.1f | %s | %s |",
                    records,
                    orders.keys(),
                    recovery.writes,
                    recovery.startUp,
                    recovery.seconds,
                    perSecond,
                    100 * perSecond / WriterContender.SIDETRACK.ceiling(latency, inFlight),
                    recovery.cpuSeconds * 1_000_000 / records,
                    Result.megabytes(recovery.peakMemory),
                    findings));
            return findings.isClean() ? 0 : 1;
        }
    }

    /** Runs a writer until it has committed every record of the topic. */
    static Recovery measure(Machine machine, Orders orders, long latencyMs, int inFlight, Screen screen) {
        machine.endpoint().audit(orders);
        machine.endpoint().latency(latencyMs);
        long started = System.nanoTime();
        try (SandboxTopics topics = new SandboxTopics(machine.bootstrapServers());
                ServiceProcess process = machine.writer(TOPIC, inFlight, 0, Map.of("WRITER_APPLICATION_ID", GROUP))) {
            Trial trial = new Trial(WriterContender.SIDETRACK.label, process, machine.endpoint());
            Count now = trial.next(POLL_INTERVAL);
            while (now.items() == 0) {
                if (System.nanoTime() - started > STUCK_NANOS) {
                    throw trial.failed("wrote nothing");
                }
                now = trial.next(POLL_INTERVAL);
            }
            Count first = now;
            Count last = now;
            double startUp = (System.nanoTime() - started) / 1e9;
            while (now.nanos() - last.nanos() < QUIET_NANOS || topics.lag(GROUP, TOPIC) > 0) {
                if (now.nanos() - last.nanos() > STUCK_NANOS) {
                    throw trial.failed("stopped after " + last.items() + " writes: "
                            + machine.endpoint().findings());
                }
                now = trial.next(POLL_INTERVAL);
                if (now.items() > last.items()) {
                    last = now;
                    screen.status(Screen.progress(
                            "recovering:",
                            now.items(),
                            orders.records(),
                            now.items() * 1e9 / (now.nanos() - first.nanos() + 1)));
                }
            }
            return new Recovery(
                    startUp,
                    (last.nanos() - first.nanos()) / 1e9,
                    last.items(),
                    Usage.cpu(process.pid()).toMillis() / 1000.0,
                    Usage.peakMemory(process.pid()));
        }
    }
}
