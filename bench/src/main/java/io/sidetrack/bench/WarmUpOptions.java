package io.sidetrack.bench;

import io.sidetrack.bench.Throughput.WarmUp;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The warm-up of a throughput benchmark, as an option. */
final class WarmUpOptions {
    private static final Duration LIMIT = Duration.ofSeconds(25);
    private static final Duration SETTLE = Duration.ofSeconds(3);

    @Option(
            names = "--warm-up",
            defaultValue = "1000000",
            paramLabel = "N",
            description =
                    "Records that are written at a low latency first, and not measured. Default: ${DEFAULT-VALUE}.")
    private int records;

    WarmUp warmUp() {
        return new WarmUp(records, LIMIT, SETTLE);
    }
}
