package io.sidetrack.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.faults.FaultRun;
import io.sidetrack.sandbox.faults.FaultRun.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Routers on three brokers, each of which is killed: a short run of {@code scripts/bench.sh faults}, with the same audit. */
@Isolated("three brokers and two routers need the whole machine")
class RouterClusterFaultIT {
    /** Printed by the test; repeats its schedule of faults. */
    private static final long SEED = Long.getLong("sidetrack.seed", System.nanoTime());

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path logs;

    @Test
    void everyRecordArrivesThroughFaultsOfBrokersAndRouters() {
        System.out.println("RouterClusterFaultIT: -Dsidetrack.seed=" + SEED);
        FaultRun run = new FaultRun(
                new Plan(100_000, 6, 1500, List.of("exactly_once_v2"), SEED, Duration.ofMinutes(8), logs),
                new Screen(System.out));
        FaultRun.Result result = run.run();
        result.lines().forEach(System.out::println);
        assertThat(result.clean()).as(String.join("\n", result.lines())).isTrue();
    }
}
