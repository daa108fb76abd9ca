package io.sidetrack.ops.audit;

import static io.sidetrack.ops.LaneOptions.orVariable;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            "Reads the source and the lanes, and reports whether each record of the source is on exactly one lane or in the"
                    + " router's dead-letter topic: committed, once, byte for byte except for Sidetrack's own headers, and in"
                    + " the order of its key. Changes nothing.",
            "The router may be running: what its group has not passed is counted as not yet routed. Records are matched by"
                    + " key, original timestamp, value and headers; identical ones are interchangeable. What an aborted"
                    + " transaction has left is not seen. Records that no copy of the range explains are findings only if the"
                    + " range is all that the source ever had.",
            "Heap: 50 MB for a million records in the range, and 50 MB more for a million different keys (java -Xmx..., or"
                    + " JAVA_TOOL_OPTIONS). Findings name places, never values. Exit codes: 0 clean, 1 findings, 2 could not be"
                    + " done."
        })
public final class AuditCommand implements Callable<Integer> {
    private static final int COULD_NOT = StartupException.EXIT_CODE;
    /** What the clients and the JVM take besides. */
    private static final long OTHER_HEAP_BYTES = 64L << 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC",
            description = "The router's dead-letter topic. Default: ROUTER_DEAD_LETTER_TOPIC, or SOURCE-dead-letters.")
    private String deadLetters;

    @Mixin
    private RangeOptions range;

    @Option(
            names = "--allow-duplicates",
            description =
                    "For a router with at_least_once: count records that are there more than once, but accept them.")
    private boolean allowDuplicates;

    @Option(
            names = "--allow-spread",
            description =
                    "A key may be on several partitions of a lane, because the lane has grown or ROUTER_PARTITION_BY"
                            + " is set; its order is audited within each.")
    private boolean allowSpread;

    @Option(names = "--trust-headers", description = "For a router with ROUTER_TRUST_HEADERS=true.")
    private boolean trustHeaders;

    @Option(
            names = "--places",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many findings of a kind are printed. Default: ${DEFAULT-VALUE}.")
    private int places;

    @Option(
            names = "--patience-s",
            paramLabel = "S",
            defaultValue = "120",
            description = "How long to wait for transactions that are open on a lane, and for leaders. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int patienceS;

    @Option(names = "--json", description = "Print the result as one object.")
    private boolean json;

    @Override
    public Integer call() {
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            Report report = audit(cluster);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(ReportText.json(report));
            } else {
                ReportText.lines(report).forEach(out::println);
            }
            out.flush();
            return report.isClean() ? 0 : 1;
        } catch (OpsException e) {
            // 1 means that something was found.
            spec.commandLine().getErr().println("sidetrack: " + e.getMessage());
            return COULD_NOT;
        } catch (OutOfMemoryError e) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "sidetrack: the heap is too small for so many keys; set JAVA_TOOL_OPTIONS=-Xmx..., or narrow"
                                    + " the range with --from and --to");
            return COULD_NOT;
        }
    }

    private Report audit(Cluster cluster) {
        TopicFacts source = cluster.topics().require("--source", lanes.source());
        List<TopicFacts> both = List.of(
                cluster.topics().require("--live", lanes.live()),
                cluster.topics().require("--backfill", lanes.backfill()));
        TopicFacts letters = cluster.topics()
                .require(
                        "--dead-letters",
                        orVariable(deadLetters, "ROUTER_DEAD_LETTER_TOPIC")
                                .orElseGet(() -> DefaultNames.deadLetterTopic(lanes.source())));
        // In this order, because the router may be running: what it has committed is on the lanes then, and what is on
        // the
        // lanes was in the source.
        GroupPosition router = cluster.standing(source.name(), source.partitions(), lanes.routerGroup());
        if (!router.isKnown()) {
            throw new OpsException("group %s has committed no offset of %s; correct --router-group or --source"
                    .formatted(lanes.routerGroup(), source.name()));
        }
        Map<TopicPartition, OffsetRange> lettersRange =
                of(letters, cluster.spans(letters.name(), letters.partitions()));
        Map<TopicPartition, OffsetRange> lanesRange = new HashMap<>();
        both.forEach(lane -> lanesRange.putAll(of(lane, range.lane(cluster, lane))));
        SortedMap<Integer, OffsetRange> spans = range.source(cluster, source);
        Scope scope = new Scope(
                source.name(),
                both.stream().map(TopicFacts::name).toList(),
                letters.name(),
                routed(router, spans),
                deleted(cluster, both),
                range.isWhole(spans),
                allowDuplicates,
                allowSpread,
                places);
        Audit audit = new Audit(scope, capacity(spans), trustHeaders);
        Map<TopicPartition, OffsetRange> sourceRange = of(source, spans);
        ReadingProgress progress = new ReadingProgress(
                !json && Terminal.isWatched(),
                spec.commandLine().getErr(),
                System::nanoTime,
                length(lettersRange) + length(sourceRange) + length(lanesRange));
        try {
            read(cluster, letters.name(), lettersRange, audit::letter, progress);
            read(cluster, source.name(), sourceRange, audit::source, progress);
            read(cluster, "the lanes", lanesRange, audit::copy, progress);
        } finally {
            progress.end();
        }
        return audit.report();
    }

    private static SortedMap<Integer, Long> routed(GroupPosition router, SortedMap<Integer, OffsetRange> spans) {
        SortedMap<Integer, Long> routed = new TreeMap<>();
        router.partitions()
                .forEach((partition, place) -> routed.put(
                        partition,
                        Math.min(
                                place.committed().orElse(0),
                                spans.get(partition).end())));
        return routed;
    }

    /** What lay on the lanes once. */
    private static SortedMap<String, Long> deleted(Cluster cluster, List<TopicFacts> both) {
        SortedMap<String, Long> deleted = new TreeMap<>();
        for (TopicFacts lane : both) {
            long offsets = cluster.spans(lane.name(), lane.partitions()).values().stream()
                    .mapToLong(OffsetRange::start)
                    .sum();
            if (offsets > 0) {
                deleted.put(lane.name(), offsets);
            }
        }
        return deleted;
    }

    /** @throws OpsException if the heap is too small for the range */
    private static int capacity(SortedMap<Integer, OffsetRange> spans) {
        long records = spans.values().stream().mapToLong(OffsetRange::length).sum();
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
                // Records that retention deletes meanwhile must not be skipped in silence.
                cluster.client().with(Map.of("max.poll.records", "5000", "auto.offset.reset", "none")),
                ranges,
                Duration.ofSeconds(patienceS),
                to,
                passed -> progress.update(what, passed));
        progress.next(length(ranges));
    }

    private static Map<TopicPartition, OffsetRange> of(TopicFacts topic, SortedMap<Integer, OffsetRange> spans) {
        Map<TopicPartition, OffsetRange> all = new HashMap<>();
        spans.forEach((partition, span) -> all.put(new TopicPartition(topic.name(), partition), span));
        return all;
    }

    private static long length(Map<TopicPartition, OffsetRange> ranges) {
        return ranges.values().stream().mapToLong(OffsetRange::length).sum();
    }
}
