package io.sidetrack.bench;

import io.sidetrack.bench.Throughput.WarmUp;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What a throughput benchmark leaves out of its figures. */
final class WarmUpOptions {
    private static final Duration LIMIT = Duration.ofSeconds(25);
    private static final Duration SETTLE = Duration.ofSeconds(3);

    @Option(
            names = "--warm-up",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "Records left out of the figures, written at a low latency. Default: ${DEFAULT-VALUE}.")
    private int records;

    WarmUp warmUp() {
        return new WarmUp(records, LIMIT, SETTLE);
    }
}
