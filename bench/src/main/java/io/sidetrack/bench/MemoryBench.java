package io.sidetrack.bench;

import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the writer's memory while the table does not respond and the lane is full. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures the writer's live heap while the table does not respond and the lane is full, and verifies that the"
                        + " writer resumes when the table responds again.")
final class MemoryBench implements Callable<Integer> {
    private static final String TOPIC = "backlog";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int BATCH = 25;
    /** The size of a record of {@link Backlog} with its key, and of its item; in bytes. */
    private static final int RECORD = 180;

    private static final long ITEM = 280;
    /** The size of the attributes that the version guard adds to an item, and the memory of a batch of statements. */
    private static final int STAMP = 150;

    private static final int STATEMENTS = 80 * 1024;
    /** About the default. Set explicitly, because the default depends on the heap, which is computed from this. */
    private static final long POLL_BYTES = 8L * 1024 * 1024;

    @Option(
            names = "--in-flight",
            defaultValue = "400",
            paramLabel = "N",
            description = "Batches in flight. Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(
            names = "--seconds",
            defaultValue = "120",
            paramLabel = "S",
            description = "How long the table does not respond. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--records",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "The number of records in the topic. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--mode",
            defaultValue = "overwrite",
            paramLabel = "MODE",
            description = "The writer's mode. Default: ${DEFAULT-VALUE}.")
    private String mode;

    @Mixin
    private PartitionsOption lane;

    @Override
    public Integer call() {
        Screen screen = Screen.ofResults(System.out);
        long bound = bound();
        String heap = "-Xmx" + bound / 1024 / 1024 + "m";
        try (Machine machine = Machine.start(List.of(heap), Map.of())) {
            Backlog.fill(machine.bootstrapServers(), TOPIC, lane.partitions, records, screen);
            machine.endpoint().latency(-1);
            int port = FreePort.find();
            try (ServiceProcess writer = machine.writer(
                    TOPIC,
                    inFlight,
                    port,
                    Map.of("WRITER_POLL_BYTES", Long.toString(POLL_BYTES), "WRITER_MODE", mode))) {
                writer.awaitReady(port, LIMIT);
                screen.print("| stalled for | live heap | maximum heap, by the formula | buffered records |");
                screen.print("|--:|--:|--:|--:|");
                long peak = 0;
                for (int at = 20; at <= seconds; at += 20) {
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(20));
                    long live = liveHeap(writer);
                    peak = Math.max(peak, live);
                    screen.print(String.format(
                            Locale.ROOT,
                            "| %d s | %d MB | %d MB | %,.0f |",
                            at,
                            live / 1024 / 1024,
                            bound / 1024 / 1024,
                            ServiceProcess.metrics(port).getOrDefault("sidetrack_writer_buffered_records", 0.0)));
                }
                machine.endpoint().latency(20);
                awaitAll(machine, screen);
                screen.print("afterwards, all " + machine.endpoint().count().distinct() + " records were written");
                return peak <= bound ? 0 : 1;
            }
        }
    }

    /** The formula in {@code docs/sizing.md}, for one stream thread. */
    private long bound() {
        long jvm = 96L * 1024 * 1024;
        boolean guarded = !mode.equals("overwrite");
        long item = ITEM + (mode.equals("newest-wins") ? STAMP : 0L);
        long buffered = Math.max(1000, 2L * inFlight * BATCH) * (RECORD + item + 400L);
        long requests = Math.min((long) inFlight * BATCH * item, buffered) * (guarded ? 3L : 1L)
                + (guarded ? (long) inFlight * STATEMENTS : 0L);
        long read = Math.min(POLL_BYTES + 2L * RECORD, lane.partitions * 1000L * (RECORD + 250L));
        long fetched = lane.partitions * 256L * 1024;
        return jvm + buffered + requests + read + fetched;
    }

    private void awaitAll(Machine machine, Screen screen) {
        long start = System.nanoTime();
        long done = 0;
        while (done < records) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new SandboxException("only " + done + " of " + records + " records were written");
            }
            screen.status(Screen.progress("after the stall:", done, records, done * 1e9 / (System.nanoTime() - start)));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            done = machine.endpoint().count().distinct();
        }
    }

    /** The size of all reachable objects, by the JVM's class histogram, before which it collects all garbage. */
    private static long liveHeap(ServiceProcess process) {
        try {
            Process histogram = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(process.pid()),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String total = text.lines()
                    .filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElseThrow(() -> new SandboxException("jcmd failed: " + text));
            return Long.parseLong(total.trim().split("\\s+", -1)[2]);
        } catch (IOException e) {
            throw new SandboxException("jcmd cannot be run", e);
        }
    }
}
