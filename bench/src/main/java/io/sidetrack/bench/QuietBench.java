package io.sidetrack.bench;

import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the latency of a quiet lane. */
@Command(
        name = "quiet",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures the latency of a quiet lane, from the producer's send to the table's response.")
final class QuietBench implements Callable<Integer> {
    private static final String TOPIC = "quiet";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Option(
            names = "--latency",
            defaultValue = "20",
            paramLabel = "MS",
            description = "Latency of every write, in ms. Default: ${DEFAULT-VALUE}.")
    private long latency;

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

    @Mixin
    private PartitionsOption lane;

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(List.of("-Xmx512m"), Map.of())) {
            PartitionsOption.create(machine.bootstrapServers(), TOPIC, lane.partitions);
            machine.endpoint().keepTimes();
            machine.endpoint().latency(latency);
            int port = FreePort.find();
            try (ServiceProcess writer = machine.writer(TOPIC, 50, port, Map.of())) {
                writer.awaitReady(port, LIMIT);
                int warmUp = 15 * rate;
                Map<Integer, Long> sent = send(machine, warmUp + seconds * rate, screen);
                List<Double> latencies = new ArrayList<>();
                machine.endpoint().times().forEach((number, micros) -> {
                    if (number >= warmUp) {
                        latencies.add((micros - sent.get(number)) / 1000.0);
                    }
                });
                screen.print("| records/s | latency of a write | records | p50 | p95 | p99 | max |");
                screen.print("|--:|--:|--:|--:|--:|--:|--:|");
                screen.print(String.format(
                        Locale.ROOT,
                        "| %d | %d ms | %d | %.1f ms | %.1f ms | %.1f ms | %.1f ms |",
                        rate,
                        latency,
                        latencies.size(),
                        Probe.quantile(latencies, 0.5),
                        Probe.quantile(latencies, 0.95),
                        Probe.quantile(latencies, 0.99),
                        Probe.quantile(latencies, 1)));
                return latencies.size() == seconds * rate ? 0 : 1;
            }
        }
    }

    /** Sends records, and returns the time at which each was sent, in µs since the epoch. */
    private Map<Integer, Long> send(Machine machine, int records, Screen screen) {
        Map<Integer, Long> sent = new HashMap<>();
        SplittableRandom random = new SplittableRandom(5);
        long start = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", machine.bootstrapServers(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int number = 0; number < records; number++) {
                Probe.awaitTurn(start, number, rate);
                sent.put(number, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
                var unused = producer.send(Backlog.record(TOPIC, number, random));
                screen.status(Screen.progress("sending:", number, records, rate));
            }
        }
        long end = System.nanoTime();
        while (machine.endpoint().count().distinct() < records && System.nanoTime() - end < LIMIT.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return sent;
    }
}
