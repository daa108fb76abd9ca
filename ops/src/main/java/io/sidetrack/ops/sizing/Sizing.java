package io.sidetrack.ops.sizing;

import java.time.Duration;

/**
 * How large everything must be. Pure.
 *
 * @param rate records a second of the backfill
 * @param partitions of the backfill lane
 * @param inFlight batches in flight of each instance
 * @param flushInterval within which a batch fills at this rate, with as much again to spare
 * @param units write units a second that the backfill needs
 * @param drain how long it takes
 * @param limit what keeps it from being faster
 * @param inTime whether it is done by its deadline
 */
record Sizing(
        double rate,
        int partitions,
        int inFlight,
        Duration flushInterval,
        double units,
        Duration drain,
        Limit limit,
        boolean inTime) {

    /** What an instance of the writer has been seen to do on one core, with some to spare; docs/performance.md. */
    static final double INSTANCE_RATE = 50_000;
    /** A partition takes about 10 MB a second; a tenth of it leaves room for replicas and other topics. */
    static final double PARTITION_BYTES = 1_000_000;

    private static final int BATCH = 25;
    /** With fewer, some instances or threads of theirs go without; with more, brokers pay for nothing. */
    private static final int LEAST_PARTITIONS = 12;

    private static final int MOST_IN_FLIGHT = 10_000;
    /** What is in flight must go on while some batches take longer than most. */
    private static final double LATENCY_RESERVE = 1.25;

    /** What is the bottleneck. */
    enum Limit {
        /** Nothing: the deadline asks for less than there could be. */
        DEADLINE,
        TABLE,
        LATENCY,
        TOPIC,
        WRITERS
    }

    static Sizing of(Load load) {
        double table = load.tableUnits().isPresent()
                ? Math.max(0, load.tableUnits().getAsDouble() / load.unitsPerItem() - load.liveRate())
                : Double.MAX_VALUE;
        double latency = load.instances() * MOST_IN_FLIGHT * BATCH * 1000.0 / load.latencyMs();
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
                        Math.max(LEAST_PARTITIONS, Math.max(rate / perPartition, 4.0 * load.instances())),
                        LEAST_PARTITIONS));
        int inFlight = (int) Math.min(
                MOST_IN_FLIGHT,
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

    /** Twice as long as a batch needs to fill, between 50 ms and a second. */
    private static Duration flushInterval(double ratePerInstance) {
        double fills = 2 * BATCH * 1000.0 / Math.max(1e-3, ratePerInstance);
        return Duration.ofMillis((long) Math.max(50, Math.min(1000, fills)));
    }

    private static int roundUp(double value, int multiple) {
        return (int) Math.ceil(value / multiple) * multiple;
    }
}
