package io.sidetrack.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.bench.EndpointControl.Count;
import io.sidetrack.bench.RouterContender.Lanes;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the effect of a backfill on live traffic to the same table. */
@Command(
        name = "isolation",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Sends live records at a steady rate through router and writer to a table of limited capacity, without a"
                        + " backfill and during one at full speed, and measures the latency from the producer's send to the"
                        + " table's response.")
final class IsolationBench implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** The number of the first record of the backfill; live records have lower numbers. */
    private static final int FIRST_BACKFILL = 1_000_000;

    private static final int IN_FLIGHT = 50;

    @Option(
            names = "--units",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Write units per second of the table. Default: ${DEFAULT-VALUE}.")
    private int units;

    @Option(
            names = "--rate",
            defaultValue = "50",
            paramLabel = "N",
            description = "Live records per second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--latency",
            defaultValue = "20",
            paramLabel = "MS",
            description = "Latency of every call, in ms. Default: ${DEFAULT-VALUE}.")
    private long latency;

    @Option(
            names = "--seconds",
            defaultValue = "120",
            paramLabel = "S",
            description = "How long each case is measured. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "40",
            paramLabel = "S",
            description = "How long each case runs before it is measured. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--cases",
            split = ",",
            paramLabel = "NAME",
            description = "Some of ${COMPLETION-CANDIDATES}; the first is the baseline. Default: all.")
    private List<Case> cases = List.of(Case.values());

    @Option(
            names = "--backfill-writers",
            defaultValue = "1",
            paramLabel = "N",
            description = "Instances of the backfill lane's writer. Default: ${DEFAULT-VALUE}.")
    private int backfillWriters;

    @Option(names = "--plot", paramLabel = "FILE", description = "A file for an SVG chart of latency and lag.")
    private Path plot;

    /** How live traffic and backfill share topic and table. */
    private enum Case {
        ALONE("live alone", true, false, Map.of()),
        ONE_TOPIC("one topic, one group", false, true, Map.of()),
        NO_CONTROL("two lanes, no capacity control", true, true, Map.of("WRITER_LANE", "live")),
        SIDETRACK("Sidetrack", true, true, Map.of("WRITER_LANE", "backfill")),
        BUDGET("Sidetrack, backfill limited to 90 % of the table", true, true, Map.of("WRITER_LANE", "backfill"));

        final String label;
        final boolean lanes;
        final boolean backfill;
        /** Settings of the backfill's writer. */
        @SuppressWarnings("ImmutableEnumChecker") // Created by Map.of.
        final Map<String, String> settings;

        Case(String label, boolean lanes, boolean backfill, Map<String, String> settings) {
            this.label = label;
            this.lanes = lanes;
            this.backfill = backfill;
            this.settings = settings;
        }
    }

    /**
     * The measurements of one case.
     *
     * @param sent the time at which each live record was sent, in µs since the epoch, by number
     * @param written the time at which it was written, for those that were written by the end
     * @param backfillPerSecond written records of the backfill, per second
     */
    record Run(String label, Map<Integer, Long> sent, Map<Integer, Long> written, double backfillPerSecond) {}

    @Override
    public Integer call() throws IOException {
        if (backfillWriters < 1) {
            throw new SandboxException("--backfill-writers=" + backfillWriters + ": use 1 or more");
        }
        Screen screen = Screen.ofResults(System.out);
        List<Run> runs = new ArrayList<>();
        screen.print("| table of " + units + " units/s | live: records | p50 | p99 | max | p99, relative |"
                + " backfill: records/s | of the remaining capacity |");
        screen.print("|:--|--:|--:|--:|--:|--:|--:|--:|");
        Optional<Double> alone = Optional.empty();
        for (Case benchCase : cases) {
            Run run = measure(benchCase, screen);
            runs.add(run);
            List<Double> latencies = latencies(run);
            // The latency of a record that is not written by the end counts as the time until the end.
            double p99 = Probe.quantile(latencies, 0.99);
            alone = alone.or(() -> Optional.of(p99));
            screen.print(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %s | %s | %s | %.2f | %s | %s |",
                    benchCase.label,
                    latencies.size(),
                    ms(Probe.quantile(latencies, 0.5)),
                    ms(p99),
                    ms(Probe.quantile(latencies, 1)),
                    p99 / alone.get(),
                    benchCase.backfill ? String.format(Locale.ROOT, "%.0f", run.backfillPerSecond) : "-",
                    benchCase.backfill
                            ? String.format(Locale.ROOT, "%.0f %%", 100 * run.backfillPerSecond / (units - rate))
                            : "-"));
        }
        if (plot != null) {
            IsolationPlot.draw(plot, runs, warmUp, warmUp + seconds);
        }
        return 0;
    }

    private static String ms(double ms) {
        return ms < 10_000
                ? String.format(Locale.ROOT, "%.1f ms", ms)
                : String.format(Locale.ROOT, "over %.0f s", Math.floor(ms / 1000));
    }

    /**
     * The latencies, in ms, of the records that were sent after the warm-up; until the end for those that were not written.
     */
    private List<Double> latencies(Run run) {
        long end = run.sent.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        List<Double> latencies = new ArrayList<>();
        run.sent.forEach((number, at) -> {
            if (number >= warmUp * rate) {
                latencies.add((run.written.getOrDefault(number, end) - at) / 1000.0);
            }
        });
        return latencies;
    }

    private Run measure(Case benchCase, Screen screen) {
        try (Machine machine = Machine.start(List.of("-Xmx512m"), Map.of())) {
            Lanes lanes = new Lanes("shared", "shared-live", "shared-backfill");
            try (SandboxTopics topics = new SandboxTopics(machine.bootstrapServers())) {
                topics.create(lanes.source(), SourceBacklog.PARTITIONS, Map.of());
                topics.createLane(lanes.live(), 6);
                topics.createLane(lanes.backfill(), 48);
                for (String topic : List.of(lanes.source(), lanes.live(), lanes.backfill())) {
                    topics.createLane(DefaultNames.deadLetterTopic(topic), 1);
                }
            }
            machine.endpoint().keepTimes();
            machine.endpoint().latency(latency);
            machine.endpoint().capacity(units);
            List<ServiceProcess> services = new ArrayList<>();
            try {
                Map<String, String> backfillSettings = new LinkedHashMap<>(benchCase.settings);
                // All instances of the backfill lane's writer are one group.
                backfillSettings.put("WRITER_APPLICATION_ID", "sidetrack-backfill-" + System.nanoTime());
                if (benchCase == Case.BUDGET) {
                    backfillSettings.put("WRITER_LANE_WRITE_UNITS", Integer.toString(units * 9 / 10));
                }
                if (benchCase.lanes) {
                    int router = FreePort.find();
                    services.add(machine.router(lanes, router, Map.of()));
                    services.get(0).awaitReady(router, LIMIT);
                    services.add(writer(machine, lanes.live(), Map.of()));
                    for (int i = 0; i < backfillWriters; i++) {
                        services.add(writer(machine, lanes.backfill(), backfillSettings));
                    }
                } else {
                    services.add(writer(machine, lanes.source(), Map.of()));
                }
                if (benchCase.backfill) {
                    publishBackfill(machine, lanes.source(), screen);
                }
                return sendLive(machine, benchCase, lanes.source(), screen);
            } finally {
                services.forEach(ServiceProcess::close);
            }
        }
    }

    private static ServiceProcess writer(Machine machine, String topic, Map<String, String> settings) {
        int port = FreePort.find();
        ServiceProcess writer = machine.writer(topic, IN_FLIGHT, port, settings);
        writer.awaitReady(port, LIMIT);
        return writer;
    }

    /** Publishes more records than the table can write during the case. */
    private void publishBackfill(Machine machine, String topic, Screen screen) {
        SplittableRandom random = new SplittableRandom(7);
        int records = units * (warmUp + seconds) * 12 / 10;
        Backlog.publish(
                machine.bootstrapServers(),
                "none",
                records,
                number -> {
                    ProducerRecord<byte[], byte[]> record = Backlog.record(topic, FIRST_BACKFILL + number, random);
                    record.headers().add("x-backfill", "bench".getBytes(UTF_8));
                    return record;
                },
                screen);
    }

    private Run sendLive(Machine machine, Case benchCase, String topic, Screen screen) {
        Map<Integer, Long> sent = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(5);
        int records = (warmUp + seconds) * rate;
        Count from = machine.endpoint().count();
        long start = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", machine.bootstrapServers(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int number = 0; number < records; number++) {
                if (number == warmUp * rate) {
                    from = machine.endpoint().count();
                }
                Probe.awaitTurn(start, number, rate);
                sent.put(number, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
                var unused = producer.send(Backlog.record(topic, number, random));
                screen.status(Screen.progress(benchCase.label + ":", number, records, rate));
            }
        }
        Count to = machine.endpoint().count();
        // For the last records, which are in flight; a record that takes longer counts as not written.
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
        Map<Integer, Long> written = new TreeMap<>(machine.endpoint().times());
        if (written.isEmpty()) {
            throw new SandboxException(benchCase.label + ": nothing was written");
        }
        long first = sent.get(warmUp * rate);
        long last = sent.get(records - 1);
        long live = written.entrySet().stream()
                .filter(entry ->
                        entry.getKey() < FIRST_BACKFILL && entry.getValue() >= first && entry.getValue() < last)
                .count();
        double time = (to.nanos() - from.nanos()) / 1e9;
        written.keySet().removeIf(number -> number >= FIRST_BACKFILL);
        return new Run(benchCase.label, sent, written, (to.distinct() - from.distinct() - live) / time);
    }
}
