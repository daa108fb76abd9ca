package io.sidetrack.ops.sizing;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cost.Cost;
import io.sidetrack.ops.cost.CostOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack size}. */
@Command(
        name = "size",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Computes how many partitions, batches in flight and write units a backfill needs, how long it takes, what"
                    + " limits it, and the settings to use.",
            "Values that are not given are read from the cluster: partitions with --topic, the number of records with"
                    + " --group, and the live rate with --measure-live.",
            "With --deadline, there are two plans: the fastest uses all write units of the table that live traffic"
                    + " leaves, the cheapest as little of the table, the topic and the writers as the deadline allows."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {"0:the backfill can finish in time and within --max-cost", "1:it cannot", ExitCodes.INVALID})
public final class SizeCommand implements Callable<Integer> {
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Option(names = "--records", paramLabel = "N", description = "Records to backfill. Default: the lag of --group.")
    private Long records;

    @Option(
            names = "--item-bytes",
            paramLabel = "N",
            defaultValue = "400",
            description = "The average size of an item in the table. Default: ${DEFAULT-VALUE}.")
    private int itemBytes;

    @Option(
            names = "--latency-ms",
            paramLabel = "MS",
            defaultValue = "20",
            description = "The latency of a batch, as in the writer's metric sidetrack_writer_request_seconds. Default:"
                    + " ${DEFAULT-VALUE}.")
    private double latencyMs;

    @Option(
            names = "--deadline",
            paramLabel = "2h30m",
            description = "The time in which the backfill must finish. Default: as short as possible.")
    private String deadline;

    @Option(
            names = "--table-units",
            paramLabel = "N",
            description =
                    "The table's write units per second: provisioned, or warm throughput, or 4000 for a new on-demand"
                            + " table. Default: no limit.")
    private Double tableUnits;

    @Option(
            names = "--live-rate",
            paramLabel = "N",
            description = "Live records per second, for which write units are reserved. Default: measured with"
                    + " --measure-live, or 0.")
    private Double liveRate;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description =
                    "The partitions of the backfill lane. Default: those of the lane of --topic; if there is no lane,"
                            + " as many as are needed.")
    private Integer partitions;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "1",
            description = "The instances of the backfill lane's writer. Default: ${DEFAULT-VALUE}.")
    private int instances;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The topic with the backlog: the shared topic, or its backfill lane. For a shared topic, the"
                    + " partitions of its backfill lane count (ROUTER_BACKFILL_TOPIC, or TOPIC-backfill).")
    private String topic;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "The group whose lag in --topic is the number of records.")
    private String group;

    @Option(
            names = "--measure-live",
            paramLabel = "TOPIC",
            description = "The live lane, whose rate to measure for 5 s.")
    private String measureLive;

    @Option(
            names = "--partition-price",
            paramLabel = "USD",
            description =
                    "The price of a partition and hour on a managed cluster, in US dollars. Default: partitions have"
                            + " no price.")
    private Double partitionPrice;

    @Mixin
    private CostOptions costs;

    @Mixin
    private JsonOption json;

    /** @param environment with the services' own variables */
    public SizeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        SizingInput load = load();
        Sizing cheapest = Sizing.of(load);
        Cost cost = costs.cost(
                costs.model().of(load.itemBytes()).times((double) load.records()),
                (double) load.records() * load.itemBytes());
        Sizing fastest = Sizing.of(load.asFastAsPossible());
        OptionalDouble price = partitionPrice == null ? OptionalDouble.empty() : OptionalDouble.of(partitionPrice);
        if (json.isWanted()) {
            JsonOption.print(spec.commandLine().getOut(), SizingText.json(load, cheapest, fastest, price, cost));
        } else {
            show(load, cheapest, fastest, price, cost);
        }
        return cheapest.inTime() && !cost.isTooHigh() ? 0 : 1;
    }

    private SizingInput load() {
        requirePositive("--item-bytes", itemBytes);
        requirePositive("--latency-ms", latencyMs);
        requirePositive("--instances", instances);
        requirePositive("--table-units", tableUnits == null ? 1 : tableUnits);
        requireNotNegative("--live-rate", liveRate == null ? 0 : liveRate);
        requireNotNegative("--partition-price", partitionPrice == null ? 0 : partitionPrice);
        if (topic == null && measureLive == null) {
            return load(
                    Optional.ofNullable(records),
                    Optional.ofNullable(partitions),
                    Optional.ofNullable(liveRate).orElse(0.0));
        }
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            Optional<TopicFacts> backlog =
                    Optional.ofNullable(topic).map(name -> cluster.topics().require("--topic", name));
            Optional<TopicFacts> lane = backlog.flatMap(facts -> lane(facts, cluster));
            Optional<Long> lag = backlog.filter(facts -> group != null)
                    .map(facts -> cluster.position(facts.name(), facts.partitions(), group))
                    .map(GroupPosition::lag);
            return load(
                    Optional.ofNullable(records).or(() -> lag),
                    Optional.ofNullable(partitions).or(() -> lane.map(TopicFacts::partitions)),
                    Optional.ofNullable(liveRate).orElseGet(() -> measured(cluster)));
        }
    }

    private double measured(Cluster cluster) {
        if (measureLive == null) {
            return 0;
        }
        TopicFacts live = cluster.topics().require("--measure-live", measureLive);
        Map<Integer, OffsetRange> before = cluster.ranges(live.name(), live.partitions());
        long start = System.nanoTime();
        LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
        Map<Integer, OffsetRange> after = cluster.ranges(live.name(), live.partitions());
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<Integer, OffsetRange> written = new HashMap<>();
        after.forEach((partition, range) -> written.put(
                partition,
                new OffsetRange(
                        before.getOrDefault(partition, new OffsetRange(0, 0)).end(), range.end())));
        long offsets = written.values().stream().mapToLong(OffsetRange::length).sum();
        // Half of the offsets of a quiet lane are transaction markers. If the share is unknown, they count as records:
        // more is then reserved for live traffic than necessary.
        return offsets * cluster.recordShare(live.name(), written).orElse(1) / seconds;
    }

    private Optional<TopicFacts> lane(TopicFacts backlog, Cluster cluster) {
        LaneOptions.Named named = LaneOptions.variables(environment);
        String candidate = named.backfill()
                .filter(name -> named.source()
                        .filter(source -> !source.equals(backlog.name()))
                        .isEmpty())
                .orElse(DefaultNames.backfillTopic(backlog.name()));
        Optional<TopicFacts> found = cluster.topics().find(candidate);
        return lane(backlog, named, found);
    }

    /**
     * The backfill lane whose partitions count.
     *
     * @param backlog the topic with the backlog, which may be that lane
     * @param named the topics that the environment names
     * @param found the topic with the name of the backfill lane of {@code backlog}
     * @return empty if it does not exist yet
     */
    static Optional<TopicFacts> lane(TopicFacts backlog, LaneOptions.Named named, Optional<TopicFacts> found) {
        boolean isSource = named.source().filter(backlog.name()::equals).isPresent();
        boolean isLane = named.backfill().filter(backlog.name()::equals).isPresent();
        // Sidetrack's lanes have LogAppendTime, unlike most topics.
        boolean looksLikeALane = !isSource && found.isEmpty() && backlog.stampsRecords();
        return isLane || looksLikeALane ? Optional.of(backlog) : found;
    }

    private SizingInput load(Optional<Long> toDo, Optional<Integer> lanePartitions, double live) {
        long all = toDo.orElseThrow(() -> new StartupException(
                "--records", "not given", "Give the number, or measure it with --topic and --group."));
        requirePositive("--records", (double) all);
        lanePartitions.ifPresent(count -> requirePositive("--partitions", count));
        return new SizingInput(
                all,
                itemBytes,
                costs.model().ofTable(itemBytes),
                latencyMs,
                Optional.ofNullable(deadline).map(SizeCommand::duration),
                tableUnits == null ? OptionalDouble.empty() : OptionalDouble.of(tableUnits),
                live,
                lanePartitions,
                instances);
    }

    private static void requirePositive(String option, double value) {
        if (!(value > 0)) {
            throw new StartupException(option + "=" + value, "not valid", "Use a number above 0.");
        }
    }

    private static void requireNotNegative(String option, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new StartupException(option + "=" + value, "not valid", "Use 0 or a number above 0.");
        }
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            if (duration.compareTo(Duration.ZERO) > 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Reported below.
        }
        throw new StartupException(
                "--deadline=" + text, "not a duration", "Write hours, minutes and seconds, such as 2h30m.");
    }

    private void show(SizingInput load, Sizing cheapest, Sizing fastest, OptionalDouble price, Cost cost) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(SizingText.load(load));
        if (cheapest.rate() <= 0) {
            out.println("live traffic needs all write units of the table: raise its capacity");
            out.flush();
            return;
        }
        if (fastest.rate() > cheapest.rate()) {
            SizingText.plan("fastest", load, fastest, price).forEach(out::println);
            SizingText.plan("cheapest", load, cheapest, price).forEach(out::println);
        } else {
            SizingText.plan("takes", load, cheapest, price).forEach(out::println);
        }
        List<String> lines = cost.lines();
        for (int i = 0; i < lines.size(); i++) {
            out.println((i == 0 ? "cost      " : "          ") + lines.get(i));
        }
        out.flush();
    }
}
