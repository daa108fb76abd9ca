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
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path logs;

    @Test
    void everyRecordArrivesThroughFaultsOfBrokersAndRouters() {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        System.out.println("RouterClusterFaultIT: -Dcluster.seed=" + seed);
        FaultRun run = new FaultRun(
                new Plan(100_000, 6, 1500, List.of("exactly_once_v2"), seed, Duration.ofMinutes(8), logs),
                new Screen(System.out));
        FaultRun.Result result = run.run();
        result.lines().forEach(System.out::println);
        assertThat(result.clean()).as(String.join("\n", result.lines())).isTrue();
    }
}
