package io.sidetrack.bench;

import io.sidetrack.bench.EndpointControl.Count;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Measures the throughput of a contender: warms it up, then counts the writes that the endpoint acknowledges. */
final class Throughput {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    /** The JVM compiles code after a number of calls, not after a time: a low latency shortens the warm-up. */
    private static final long WARM_UP_LATENCY_MS = 5;

    private final Machine machine;
    private final String topic;
    private final WarmUp warmUp;
    private final long records;
    private final long limitNanos;
    private final Screen screen;

    /**
     * The warm-up, which is not measured.
     *
     * @param records the number of records that are written at a low latency, until the JVM has compiled the code
     * @param limit the time limit for these records, for slow contenders
     * @param settle the time at the measured latency after that
     */
    record WarmUp(long records, Duration limit, Duration settle) {}

    /**
     * @param records the number of records to measure
     * @param limit the time limit, for contenders that are too slow to write that many
     */
    Throughput(Machine machine, String topic, WarmUp warmUp, long records, Duration limit, Screen screen) {
        this.machine = machine;
        this.topic = topic;
        this.warmUp = warmUp;
        this.records = records;
        this.limitNanos = limit.toNanos();
        this.screen = screen;
    }

    Result measure(WriterContender contender, long latencyMs, int inFlight) {
        return measure(contender, latencyMs, inFlight, endpoint -> {});
    }

    /** @param prepare prepares the table, which is empty */
    Result measure(WriterContender contender, long latencyMs, int inFlight, Consumer<EndpointControl> prepare) {
        EndpointControl endpoint = machine.endpoint();
        endpoint.reset();
        prepare.accept(endpoint);
        endpoint.latency(Math.min(latencyMs, WARM_UP_LATENCY_MS));
        try (ServiceProcess process = contender.start(machine, topic, inFlight)) {
            Trial trial = new Trial(contender.label, process, endpoint);
            long started = System.nanoTime();
            Count first = trial.next(POLL_INTERVAL);
            while (first.distinct() == 0) {
                if (System.nanoTime() - started > START_LIMIT.toNanos()) {
                    throw trial.failed("wrote nothing");
                }
                first = trial.next(POLL_INTERVAL);
            }
            Count from = first;
            while (from.distinct() < warmUp.records && from.nanos() - first.nanos() < warmUp.limit.toNanos()) {
                screen.status(contender.label + ": warming up");
                from = trial.next(POLL_INTERVAL);
            }
            endpoint.latency(latencyMs);
            long settledNanos = from.nanos() + warmUp.settle.toNanos();
            do {
                from = trial.next(POLL_INTERVAL);
            } while (from.nanos() < settledNanos);
            Duration cpuFrom = Usage.cpu(process.pid());
            Count to = trial.next(POLL_INTERVAL);
            while (to.distinct() - from.distinct() < records && to.nanos() - from.nanos() < limitNanos) {
                long done = to.distinct() - from.distinct();
                screen.status(Screen.progress(
                        contender.label + ":", done, records, done * 1e9 / (to.nanos() - from.nanos())));
                to = trial.next(POLL_INTERVAL);
            }
            Duration cpu = Usage.cpu(process.pid()).minus(cpuFrom);
            OptionalLong memory = Usage.peakMemory(process.pid());
            long done = to.distinct() - from.distinct();
            return new Result(
                    contender.label,
                    latencyMs,
                    contender.isConcurrent() ? inFlight : 0,
                    contender.ceiling(latencyMs, inFlight),
                    done,
                    done * 1e9 / (to.nanos() - from.nanos()),
                    (double) (to.items() - from.items()) / (to.calls() - from.calls()),
                    cpu.toMillis() / 1000.0 * 1_000_000 / done,
                    memory);
        }
    }
}
