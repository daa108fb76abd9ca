package io.sidetrack.ops.audit;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.GroupOptions;
import io.sidetrack.ops.HeaderOption;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.ParkedOptions;
import io.sidetrack.ops.ProgressLine;
import io.sidetrack.ops.ReadingProgress;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import io.sidetrack.ops.copy.JournalOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnExecutionException = 2,
        description = {
            "Reads the source and the lanes, and reports whether each record of the source is on exactly one lane, in"
                    + " the router's dead-letter topic or parked: committed, once, byte for byte except for Sidetrack's own"
                    + " headers, and in the order of its key. Changes nothing.",
            "The router may be running: records beyond the committed offsets of its group count as not yet routed."
                    + " Records are matched by key, original timestamp, value and headers; identical ones are"
                    + " interchangeable. Records of aborted transactions are ignored. A record of a lane that matches no"
                    + " source record is a finding only if the range is everything that the source ever contained.",
            "Records of backfills that are paused or cancelled by name are parked or discarded. They are counted, and are"
                    + " not findings.",
            "Heap: 50 MB for a million records in the range, and 50 MB more for a million different keys (java"
                    + " -Xmx..., or JAVA_TOOL_OPTIONS); the size of records does not matter. Findings contain positions,"
                    + " never values."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {"0:no findings", "1:findings", "2:invalid arguments or settings, or the audit failed"})
public final class AuditCommand implements Callable<Integer> {
    private static final int FAILED = StartupException.EXIT_CODE;
    /** What clients and JVM need in addition. */
    private static final long OTHER_HEAP_BYTES = 64L << 20;

    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Mixin
    private GroupOptions groups;

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC",
            description = "The router's dead-letter topic. Default: ROUTER_DEAD_LETTER_TOPIC, or SOURCE-dead-letters.")
    private String deadLetters;

    @Mixin
    private ParkedOptions parkedTopic;

    @Mixin
    private HeaderOption header;

    @Mixin
    private ControlOptions control;

    @Mixin
    private JournalOptions journal;

    @Mixin
    private RangeOptions range;

    @Option(
            names = "--allow-duplicates",
            description = "For a router with at_least_once: count duplicate records, but accept them.")
    private boolean allowDuplicates;

    @Option(
            names = "--allow-spread",
            description =
                    "A key may be in several partitions of a lane, because partitions were added or ROUTER_PARTITION_BY"
                            + " is set; its order is checked in each partition.")
    private boolean allowSpread;

    @Option(names = "--trust-headers", description = "For a router with ROUTER_TRUST_HEADERS=true.")
    private boolean trustHeaders;

    @Option(
            names = "--places",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many findings of each kind to print. Default: ${DEFAULT-VALUE}.")
    private int places;

    @Option(
            names = "--patience-s",
            paramLabel = "S",
            defaultValue = "120",
            description = "How long to wait for transactions that are open on a lane, and for leaders. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int patienceS;

    @Mixin
    private JsonOption json;

    /** @param environment with the services' own variables */
    public AuditCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            Report report = audit(cluster);
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                JsonOption.print(out, ReportText.json(report));
            } else {
                ReportText.lines(report).forEach(out::println);
            }
            out.flush();
            return report.isClean() ? 0 : 1;
        } catch (OpsException e) {
            // Exit code 1 means that there are findings.
            spec.commandLine().getErr().println("sidetrack: " + e.getMessage());
            return FAILED;
        } catch (OutOfMemoryError e) {
            spec.commandLine()
                    .getErr()
                    .println("sidetrack: the heap is too small for the keys in the range; set"
                            + " JAVA_TOOL_OPTIONS=-Xmx..., or narrow the range with --from and --to");
            return FAILED;
        }
    }

    private Report audit(Cluster cluster) {
        TopicFacts source = cluster.topics().require("--source", lanes.source());
        List<TopicFacts> laneTopics = laneTopics(cluster);
        TopicFacts deadLetterTopic = cluster.topics()
                .require(
                        "--dead-letters",
                        environment
                                .orVariable(deadLetters, "ROUTER_DEAD_LETTER_TOPIC")
                                .orElseGet(() -> DefaultNames.deadLetterTopic(lanes.source())));
        // In this order, because the router may be running: what it has committed is then on the lanes, and what is on
        // the lanes is in the source.
        GroupPosition router = cluster.position(source.name(), source.partitions(), groups.router(lanes));
        if (!router.isKnown()) {
            throw new OpsException("group %s has committed no offset of %s; correct --router-group or --source"
                    .formatted(groups.router(lanes), source.name()));
        }
        Map<TopicPartition, OffsetRange> deadLetterRanges =
                of(deadLetterTopic, cluster.ranges(deadLetterTopic.name(), deadLetterTopic.partitions()));
        ParkedSnapshot parked = ParkedSnapshot.take(
                cluster,
                parkedTopic.topic(lanes.backfill()),
                lanes.backfill(),
                cluster.control(control.topic()),
                journal.topic(cluster));
        Map<TopicPartition, OffsetRange> laneRanges = new HashMap<>();
        laneTopics.forEach(lane -> laneRanges.putAll(of(lane, range.lane(cluster, lane))));
        CopiedOffsets copied = parked.copiedNow();
        SortedMap<Integer, OffsetRange> ranges = range.source(cluster, source);
        Scope scope = new Scope(
                source.name(),
                laneTopics.stream().map(TopicFacts::name).toList(),
                deadLetterTopic.name(),
                new Scope.Parked(parked.topic(), lanes.backfill(), parked.copiedBefore(), copied),
                new NamedRecords(header.name(), parked.settings()),
                routed(router, ranges),
                deleted(cluster, laneTopics, parked.facts()),
                range.isWhole(ranges),
                allowDuplicates,
                allowSpread,
                places);
        Audit audit = new Audit(scope, capacity(ranges), trustHeaders);
        Map<TopicPartition, OffsetRange> sourceRanges = of(source, ranges);
        Optional<ProgressLine> line = !json.isWanted() && Terminal.isInteractive()
                ? Optional.of(new ProgressLine(spec.commandLine().getErr(), System::nanoTime))
                : Optional.empty();
        ReadingProgress progress = new ReadingProgress(
                line,
                System::nanoTime,
                length(deadLetterRanges) + length(sourceRanges) + length(laneRanges) + 2 * length(parked.ranges()));
        try {
            read(cluster, deadLetterTopic.name(), deadLetterRanges, audit::deadLetter, progress);
            read(cluster, source.name(), sourceRanges, audit::source, progress);
            read(cluster, parked.topic(), parked.ranges(), audit::parkedByWriter, progress);
            read(cluster, "the lanes", laneRanges, audit::copy, progress);
            read(cluster, parked.topic(), parked.ranges(), audit::parkedByRouter, progress);
        } finally {
            progress.end();
        }
        return audit.report();
    }

    /** The topics of the lanes; a single one if both lanes are one topic. */
    private List<TopicFacts> laneTopics(Cluster cluster) {
        TopicFacts live = cluster.topics().require("--live", lanes.live());
        return lanes.isOneTopic()
                ? List.of(live)
                : List.of(live, cluster.topics().require("--backfill", lanes.backfill()));
    }

    private static SortedMap<Integer, Long> routed(GroupPosition router, SortedMap<Integer, OffsetRange> ranges) {
        SortedMap<Integer, Long> routed = new TreeMap<>();
        router.partitions()
                .forEach((partition, position) -> routed.put(
                        partition,
                        Math.min(
                                position.committed().orElse(0),
                                ranges.get(partition).end())));
        return routed;
    }

    /** Offsets that the lanes and the topic for parked records no longer hold, by topic. */
    private static SortedMap<String, Long> deleted(
            Cluster cluster, List<TopicFacts> laneTopics, Optional<TopicFacts> parked) {
        SortedMap<String, Long> deleted = new TreeMap<>();
        List<TopicFacts> topics = new ArrayList<>(laneTopics);
        parked.ifPresent(topics::add);
        for (TopicFacts lane : topics) {
            long offsets = cluster.ranges(lane.name(), lane.partitions()).values().stream()
                    .mapToLong(OffsetRange::start)
                    .sum();
            if (offsets > 0) {
                deleted.put(lane.name(), offsets);
            }
        }
        return deleted;
    }

    /** @throws OpsException if the heap is too small for the range */
    private static int capacity(SortedMap<Integer, OffsetRange> ranges) {
        long records = ranges.values().stream().mapToLong(OffsetRange::length).sum();
        long heap = Runtime.getRuntime().maxMemory();
        if (!Ledger.canHold(records) || Ledger.bytes(records) + OTHER_HEAP_BYTES > heap) {
            throw new OpsException(String.format(
                    Locale.ROOT,
                    "the range has %,d offsets, which need a heap of %,d MB and more for many keys, and it has %,d MB;"
                            + " set JAVA_TOOL_OPTIONS=-Xmx..., or narrow it with --from and --to (at most 500 million)",
                    records,
                    (Ledger.bytes(Math.min(records, Integer.MAX_VALUE)) + OTHER_HEAP_BYTES) >> 20,
                    heap >> 20));
        }
        return (int) records;
    }

    private void read(
            Cluster cluster,
            String what,
            Map<TopicPartition, OffsetRange> ranges,
            Consumer<ConsumerRecord<byte[], byte[]>> to,
            ReadingProgress progress) {
        RecordReader.ranges(
                // Records that retention deletes in the meantime must not be skipped silently.
                cluster.client().with(Map.of("max.poll.records", "5000", "auto.offset.reset", "none")),
                ranges,
                Duration.ofSeconds(patienceS),
                to,
                passed -> progress.update("reading " + what, passed));
        progress.next(length(ranges));
    }

    private static Map<TopicPartition, OffsetRange> of(TopicFacts topic, SortedMap<Integer, OffsetRange> ranges) {
        Map<TopicPartition, OffsetRange> all = new HashMap<>();
        ranges.forEach((partition, range) -> all.put(new TopicPartition(topic.name(), partition), range));
        return all;
    }

    private static long length(Map<TopicPartition, OffsetRange> ranges) {
        return ranges.values().stream().mapToLong(OffsetRange::length).sum();
    }
}
