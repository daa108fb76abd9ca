package io.sidetrack.bench;

import io.sidetrack.bench.RouterContender.Lanes;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.FreePort;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how long live records wait behind a backlog when the router takes over. */
@Command(
        name = "rescue",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Fills a topic of 3 partitions with unmarked records, and sends live records behind them. Takes the topic over"
                        + " with `sidetrack adopt`, starts the router, and measures when live records reach the live lane.")
final class RescueBench implements Callable<Integer> {
    private static final String SOURCE = "drowning";
    private static final String GROUP = "old-service";
    private static final int RATE = 20;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Option(
            names = "--records",
            defaultValue = "2000000",
            paramLabel = "N",
            description = "The number of records in the backlog. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            paramLabel = "S",
            description = "How long live records are sent, 20 per second. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public Integer call() throws ExecutionException, InterruptedException {
        Screen screen = Screen.ofResults(System.out);
        try (Machine machine = Machine.start(List.of("-Xmx512m"), Map.of())) {
            SourceBacklog.fill(machine.bootstrapServers(), SOURCE, records, 150, false, screen);
            Lanes lanes = new Lanes(SOURCE, DefaultNames.liveTopic(SOURCE), DefaultNames.backfillTopic(SOURCE));
            try (SandboxTopics topics = new SandboxTopics(machine.bootstrapServers())) {
                topics.createLane(lanes.live(), 6);
                topics.createLane(lanes.backfill(), 48);
                topics.admin()
                        .alterConsumerGroupOffsets(
                                GROUP, Map.of(new TopicPartition(SOURCE, 0), new OffsetAndMetadata(0)))
                        .all()
                        .get();
            }
            String router = "rescue-router";
            machine.sidetrack(
                    "adopt",
                    "--source",
                    SOURCE,
                    "--group",
                    GROUP,
                    "--router-group",
                    router,
                    "--live",
                    lanes.live(),
                    "--backfill",
                    lanes.backfill());
            Probe probe = new Probe(machine.bootstrapServers());
            try (Probe.Reader live = probe.read(lanes.live())) {
                CompletableFuture<Map<Long, Long>> sending =
                        CompletableFuture.supplyAsync(() -> probe.send(SOURCE, 0, seconds * RATE, RATE, screen));
                measure(machine, lanes, router, live, sending, screen);
            }
        }
        return 0;
    }

    private void measure(
            Machine machine,
            Lanes lanes,
            String group,
            Probe.Reader live,
            CompletableFuture<Map<Long, Long>> sending,
            Screen screen)
            throws ExecutionException, InterruptedException {
        int port = FreePort.find();
        long start = System.nanoTime();
        try (ServiceProcess router = machine.router(lanes, port, Map.of("ROUTER_APPLICATION_ID", group))) {
            router.awaitReady(port, LIMIT);
            long ready = System.nanoTime();
            while (routed(port) < records) {
                await(router, start);
            }
            long read = System.nanoTime();
            while (live.seen().isEmpty()) {
                await(router, start);
            }
            long first = live.seen().values().stream()
                    .mapToLong(Long::longValue)
                    .min()
                    .orElseThrow();
            Map<Long, Long> sent = sending.get();
            while (live.seen().size() < sent.size()) {
                await(router, start);
            }
            List<Double> after = new ArrayList<>();
            live.seen().forEach((number, at) -> {
                // Records that were sent before the backlog was read waited for it.
                if (sent.get(number) > read) {
                    after.add((at - sent.get(number)) / 1e6);
                }
            });
            screen.print("| backlog | router ready after | backlog read after | first live record on its lane after"
                    + " | live records after that | p50 | p99 | max |");
            screen.print("|--:|--:|--:|--:|--:|--:|--:|--:|");
            screen.print(String.format(
                    Locale.ROOT,
                    "| %,d | %.1f s | %.1f s | %.1f s | %d | %s | %s | %s |",
                    records,
                    (ready - start) / 1e9,
                    (read - start) / 1e9,
                    (first - start) / 1e9,
                    after.size(),
                    Probe.ms(after, 0.5),
                    Probe.ms(after, 0.99),
                    Probe.ms(after, 1)));
        }
    }

    private static double routed(int port) {
        return ServiceProcess.metrics(port)
                .getOrDefault("sidetrack_router_records_total{lane=\"backfill\",rule=\"before-cut\"}", 0.0);
    }

    private static void await(ServiceProcess router, long start) {
        if (router.waitFor(Duration.ofMillis(20)) || System.nanoTime() - start > LIMIT.toNanos()) {
            throw new SandboxException(
                    "the router did not route all records; its output:\n" + router.output() + router.errors());
        }
    }
}
