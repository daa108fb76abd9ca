package io.sidetrack.bench;

import io.sidetrack.bench.EndpointControl.Count;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.OptionalLong;

/** Measures one contender in one case: lets it warm up, then counts what the endpoint has answered. */
final class Throughput {
    private static final Duration START = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(50);
    /** The compiler of the JVM is done after so many calls, not after so long a time; so the warm-up is fast. */
    private static final long WARM_UP_LATENCY_MS = 5;

    private final Machine machine;
    private final String topic;
    private final WarmUp warmUp;
    private final long records;
    private final long limitNanos;
    private final Screen screen;

    /**
     * What is left out of the figures.
     *
     * @param records at a low latency, in which the code gets hot
     * @param limit after which this ends for those that are slow
     * @param settle at the latency of the case
     */
    record WarmUp(long records, Duration limit, Duration settle) {}

    /**
     * @param records to measure
     * @param limit after which a contender that is too slow for so many is measured by what it has done
     */
    Throughput(Machine machine, String topic, WarmUp warmUp, long records, Duration limit, Screen screen) {
        this.machine = machine;
        this.topic = topic;
        this.warmUp = warmUp;
        this.records = records;
        this.limitNanos = limit.toNanos();
        this.screen = screen;
    }

    Result measure(Contender contender, long latencyMs, int inFlight) {
        return measure(contender, latencyMs, inFlight, 0);
    }

    /** @param existing how many of the keys are in the table from the beginning */
    Result measure(Contender contender, long latencyMs, int inFlight, int existing) {
        EndpointControl endpoint = machine.endpoint();
        endpoint.reset();
        endpoint.existing(existing);
        endpoint.latency(Math.min(latencyMs, WARM_UP_LATENCY_MS));
        try (ServiceProcess process = contender.start(machine, topic, inFlight)) {
            Trial trial = new Trial(contender.label, process, endpoint);
            long started = System.nanoTime();
            Count first = trial.next(LOOK);
            while (first.distinct() == 0) {
                if (System.nanoTime() - started > START.toNanos()) {
                    throw trial.failed("has not written anything");
                }
                first = trial.next(LOOK);
            }
            Count from = first;
            while (from.distinct() < warmUp.records && from.nanos() - first.nanos() < warmUp.limit.toNanos()) {
                screen.show(contender.label + ": warming up");
                from = trial.next(LOOK);
            }
            endpoint.latency(latencyMs);
            long settled = from.nanos() + warmUp.settle.toNanos();
            do {
                from = trial.next(LOOK);
            } while (from.nanos() < settled);
            Duration cpuFrom = Usage.cpu(process.pid());
            Count to = trial.next(LOOK);
            while (to.distinct() - from.distinct() < records && to.nanos() - from.nanos() < limitNanos) {
                long done = to.distinct() - from.distinct();
                screen.show(Screen.progress(
                        contender.label + ":", done, records, done * 1e9 / (to.nanos() - from.nanos())));
                to = trial.next(LOOK);
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
