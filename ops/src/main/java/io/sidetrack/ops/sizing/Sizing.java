package io.sidetrack.ops.sizing;

import java.time.Duration;

/**
 * The resources that a backfill needs, and its duration. Pure.
 *
 * @param rate records of the backfill per second
 * @param partitions partitions of the backfill lane
 * @param inFlight batches in flight of each instance
 * @param flushInterval twice the time in which a batch fills at this rate
 * @param units write units per second that the backfill needs
 * @param duration the duration of the backfill
 * @param limit the bottleneck
 * @param inTime whether the backfill finishes within the deadline
 */
record Sizing(
        double rate,
        int partitions,
        int inFlight,
        Duration flushInterval,
        double units,
        Duration duration,
        Limit limit,
        boolean inTime) {

    /** Records per second of a writer instance on one core, less than measured; see docs/performance.md. */
    static final double INSTANCE_RATE = 50_000;
    /** A tenth of the throughput of a partition, about 10 MB/s, which leaves room for replicas and other topics. */
    static final double PARTITION_BYTES = 1_000_000;

    private static final int BATCH = 25;
    /** With fewer partitions, some instances or threads would have none; more would only cost broker resources. */
    private static final int MIN_PARTITIONS = 12;

    private static final int MAX_IN_FLIGHT = 10_000;
    /** Extra batches in flight, because some batches take longer than average. */
    private static final double LATENCY_RESERVE = 1.25;

    /** The bottleneck of a backfill. */
    enum Limit {
        /** None: a shorter deadline is possible. */
        DEADLINE,
        TABLE,
        LATENCY,
        TOPIC,
        WRITERS
    }

    static Sizing of(SizingInput load) {
        double table = load.tableUnits().isPresent()
                ? Math.max(0, load.tableUnits().getAsDouble() / load.unitsPerItem() - load.liveRate())
                : Double.MAX_VALUE;
        double latency = load.instances() * MAX_IN_FLIGHT * BATCH * 1000.0 / load.latencyMs();
        double perPartition = PARTITION_BYTES / Math.max(1, load.itemBytes());
        double topic = load.partitions().map(count -> count * perPartition).orElse(Double.MAX_VALUE);
        double writers = load.instances() * INSTANCE_RATE;
        double most = Math.min(Math.min(table, latency), Math.min(topic, writers));
        double wanted = load.deadline()
                .map(deadline -> load.records() * 1000.0 / Math.max(1, deadline.toMillis()))
                .orElse(most);
        double rate = Math.min(wanted, most);
        Limit limit = wanted < most
                ? Limit.DEADLINE
                : most == table
                        ? Limit.TABLE
                        : most == topic ? Limit.TOPIC : most == writers ? Limit.WRITERS : Limit.LATENCY;
        int partitions = load.partitions()
                .orElseGet(() -> roundUp(
                        Math.max(MIN_PARTITIONS, Math.max(rate / perPartition, 4.0 * load.instances())),
                        MIN_PARTITIONS));
        int inFlight = (int) Math.min(
                MAX_IN_FLIGHT,
                Math.max(1, Math.ceil(rate * load.latencyMs() / 1000 / BATCH / load.instances() * LATENCY_RESERVE)));
        return new Sizing(
                rate,
                partitions,
                inFlight,
                flushInterval(rate / load.instances()),
                rate * load.unitsPerItem(),
                rate <= 0
                        ? Duration.ofSeconds(Long.MAX_VALUE)
                        : Duration.ofMillis((long) (load.records() * 1000 / rate)),
                limit,
                rate > 0 && rate >= wanted * 0.999);
    }

    /** Twice the time in which a batch fills, between 50 ms and 1 s. */
    private static Duration flushInterval(double ratePerInstance) {
        double fills = 2 * BATCH * 1000.0 / Math.max(1e-3, ratePerInstance);
        return Duration.ofMillis((long) Math.max(50, Math.min(1000, fills)));
    }

    private static int roundUp(double value, int multiple) {
        return (int) Math.ceil(value / multiple) * multiple;
    }
}
