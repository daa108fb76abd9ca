package io.sidetrack.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.bench.EndpointControl.Count;
import io.sidetrack.bench.IncidentBench.Recovery;
import io.sidetrack.bench.Throughput.WarmUp;
import io.sidetrack.bench.endpoint.Findings;
import io.sidetrack.bench.endpoint.Orders;
import io.sidetrack.sandbox.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bench measures what it reports. The measured rates themselves are not tested. */
class BenchIT {
    private static final long LATENCY_MS = 20;

    @Test
    void everyContenderWritesNoFasterThanItsCeiling() {
        Screen screen = new Screen(new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8));
        try (Machine machine = Machine.start(List.of("-Xmx256m"), Map.of())) {
            Backlog.fill(machine.bootstrapServers(), "backlog", 4, 30_000, screen);
            Throughput throughput = new Throughput(
                    machine,
                    "backlog",
                    new WarmUp(1, Duration.ZERO, Duration.ZERO),
                    // So many that a batch more or less, and those in flight at the beginning, do not matter.
                    2_000,
                    Duration.ofSeconds(3),
                    screen);
            for (WriterContender contender : WriterContender.values()) {
                Result result = throughput.measure(contender, LATENCY_MS, 2);
                assertThat(result.records()).as(contender.label).isPositive();
                assertThat(result.perSecond() / result.ceiling())
                        .as(contender.label)
                        .isBetween(0.01, 1.1);
                assertThat(result.itemsPerCall()).as(contender.label).isBetween(1.0, contender.ceiling(1000, 1));
                assertThat(result.cpuPerMillion()).as(contender.label).isPositive();
            }
            machine.endpoint().reset();
            assertThat(machine.endpoint().count())
                    .satisfies(count -> assertThat(count.distinct()).isZero())
                    .extracting(Count::calls)
                    .isEqualTo(0L);
        }
    }

    @Test
    void theIncidentEndsWithEveryKeyInTheTable() {
        Orders orders = new Orders(60_000);
        Screen screen = new Screen(new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8));
        try (Machine machine = Machine.start(List.of("-Xmx256m"), Map.of("KAFKA_COMMIT_INTERVAL_MS", "1000"))) {
            Backlog.fill(machine.bootstrapServers(), IncidentBench.TOPIC, 4, orders, screen);
            Recovery recovery = IncidentBench.measure(machine, orders, LATENCY_MS, 8, screen);
            assertThat(machine.endpoint().findings()).isEqualTo(new Findings(0, 0, 0, 0, 0, 0));
            assertThat(recovery.writes()).isBetween((long) orders.keys(), (long) orders.records());
            assertThat(recovery.seconds())
                    .isGreaterThan(orders.keys() / WriterContender.SIDETRACK.ceiling(LATENCY_MS, 8) * 0.9);
        }
    }
}
