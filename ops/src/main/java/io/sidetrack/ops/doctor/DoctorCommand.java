package io.sidetrack.ops.doctor;

import static io.sidetrack.ops.cluster.Cluster.await;

import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.DeadLetterOptions;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.GroupOptions;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.ParkedOptions;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import io.sidetrack.ops.cluster.Unread;
import io.sidetrack.ops.cluster.UnreadSearch;
import io.sidetrack.ops.doctor.CheckResult.Level;
import io.sidetrack.ops.scrape.Throttling;
import io.sidetrack.ops.scrape.WriterUrls;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Checks brokers, topics, groups and table, and how they fit together. Reports problems and remedies.",
            "Without --table or WRITER_TABLE, the table and the writers' groups are not checked. Lags are of offsets,"
                    + " as in Kafka's own tools.",
            "Changes nothing."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {"0:no check fails", "1:a check fails", "2:invalid arguments or settings, or no broker"})
public final class DoctorCommand implements Callable<Integer> {
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(10);

    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Mixin
    private ParkedOptions parked;

    @Mixin
    private DeadLetterOptions deadLetters;

    @Mixin
    private GroupOptions groups;

    @Mixin
    private ControlOptions control;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "A group that lags behind the shared topic, whose offsets the router will take over.")
    private String group;

    @Mixin
    private WriterUrls writers;

    @Mixin
    private JsonOption json;

    /** @param environment with the services' own variables */
    public DoctorCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        writers.requireHttp();
        List<CheckResult> results = new ArrayList<>();
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            // First, because it has the best message for a cluster that does not respond.
            List<String> all = names();
            all.add(parked.topic(lanes.backfill()));
            Map<String, TopicFacts> topics = cluster.topics().find(all);
            brokers(cluster, results);
            topics(cluster, topics, results);
        }
        groups.table().ifPresent(name -> results.addAll(Aws.check(name, environment.variables())));
        if (!writers.isEmpty()) {
            results.addAll(TableChecks.throttling(Throttling.of(writers.read().values())));
        }
        show(results);
        return results.stream().anyMatch(result -> result.level() == Level.FAIL) ? 1 : 0;
    }

    /** The topics of the lanes; a single one if both lanes are one topic. */
    private List<String> laneNames() {
        return List.copyOf(new LinkedHashSet<>(List.of(lanes.live(), lanes.backfill())));
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        names.add(lanes.source());
        names.addAll(laneNames());
        names.addAll(deadLetters.all(lanes.source(), laneNames()));
        return names;
    }

    private static void brokers(Cluster cluster, List<CheckResult> results) {
        DescribeClusterResult described = cluster.admin().describeCluster();
        int brokers = await("the cluster", described.nodes()).size();
        String text = "%d of cluster %s".formatted(brokers, await("the cluster", described.clusterId()));
        results.add(
                brokers < 3
                        ? CheckResult.warn(
                                "brokers",
                                text + ": the failure of one stops everything",
                                "run 3 brokers, with 3 replicas per topic")
                        : CheckResult.ok("brokers", text));
        results.add(BrokerChecks.release(BrokerReleases.look(cluster.admin(), RELEASE_TIMEOUT)));
    }

    private void topics(Cluster cluster, Map<String, TopicFacts> topics, List<CheckResult> results) {
        for (String name : names()) {
            results.add(topics.containsKey(name) ? TopicChecks.existing(topics.get(name)) : TopicChecks.missing(name));
        }
        String parkedTopic = parked.topic(lanes.backfill());
        results.addAll(TopicChecks.parked(
                parkedTopic,
                Optional.ofNullable(topics.get(parkedTopic)),
                Optional.ofNullable(topics.get(lanes.backfill()))));
        control(cluster, results);
        TopicFacts source = topics.get(lanes.source());
        TopicFacts live = topics.get(lanes.live());
        TopicFacts backfill = topics.get(lanes.backfill());
        List<String> fromSource = new ArrayList<>(laneNames());
        Map<String, List<String>> deadLetterNames = deadLetters.names(lanes.source(), laneNames());
        fromSource.addAll(deadLetterNames.get(lanes.source()));
        for (String topic : fromSource) {
            both(topics.get(topic), source)
                    .ifPresent(pair -> results.addAll(TopicChecks.receiving(pair.to, pair.from)));
        }
        for (String lane : laneNames()) {
            for (String name : deadLetterNames.get(lane)) {
                both(topics.get(name), topics.get(lane)).ifPresent(pair -> {
                    results.addAll(TopicChecks.receiving(pair.to, pair.from));
                    results.addAll(TopicChecks.keepsAllDeadLetters(pair.to));
                });
            }
        }
        if (source != null) {
            results.addAll(TopicChecks.source(source));
            readers(cluster, source, results);
        }
        if (lanes.isOneTopic()) {
            writer(cluster, "the writer", backfill, groups.knownBackfill(lanes), results);
        } else {
            both(live, backfill).ifPresent(pair -> results.addAll(TopicChecks.lanes(live, backfill)));
            writer(cluster, "the writer of the live lane", live, groups.knownLive(lanes), results);
            writer(cluster, "the writer of the backfill lane", backfill, groups.knownBackfill(lanes), results);
        }
        deadLetters(cluster, topics, results);
    }

    /** Checks the control topic, if it exists. An operator of an earlier version may not see its configs. */
    private void control(Cluster cluster, List<CheckResult> results) {
        try {
            cluster.topics().find(control.topic()).ifPresent(topic -> results.addAll(TopicChecks.control(topic)));
        } catch (StartupException e) {
            results.add(TopicChecks.unseen(control.topic(), e.getMessage()));
        }
    }

    /** Checks the readers of the source: the lagging group, if an option names it, and the router. */
    private void readers(Cluster cluster, TopicFacts source, List<CheckResult> results) {
        GroupPosition router = cluster.position(source.name(), source.partitions(), groups.router(lanes));
        List<String> others = List.of();
        if (group != null) {
            GroupPosition lagging = cluster.position(source.name(), source.partitions(), group);
            boolean takenOver = router.isKnown()
                    && cluster.control(control.topic())
                            .cut(groups.router(lanes))
                            .value()
                            .filter(cut -> cut.group().equals(group))
                            .isPresent();
            results.addAll(GroupChecks.lagging(lagging, cluster.state(group), hasRecords(cluster, lagging), takenOver));
            if (!takenOver) {
                oldestUnread(cluster, source, lagging, results);
            }
            others = List.of(group);
        } else if (!router.isKnown()) {
            others = cluster.groupsIn(source.name(), groups.router(lanes));
        }
        String remedy = GroupChecks.startRouter(router, others);
        if (router.isKnown() || others.isEmpty()) {
            group(cluster, source, router, remedy, results);
        } else {
            // The age of the oldest record does not matter, because other groups have read it.
            results.addAll(
                    GroupChecks.group(router, cluster.state(router.group()), hasRecords(cluster, router), remedy));
        }
    }

    private record Pair(TopicFacts to, TopicFacts from) {}

    private static Optional<Pair> both(TopicFacts to, TopicFacts from) {
        return to == null || from == null ? Optional.empty() : Optional.of(new Pair(to, from));
    }

    private static void group(
            Cluster cluster, TopicFacts topic, GroupPosition position, String remedy, List<CheckResult> results) {
        Optional<GroupState> state = cluster.state(position.group());
        results.addAll(GroupChecks.group(position, state, hasRecords(cluster, position), remedy));
        oldestUnread(cluster, topic, position, results);
    }

    /** True if a lag contains records, or cannot be searched. */
    private static boolean hasRecords(Cluster cluster, GroupPosition position) {
        try {
            return position.lag() > 0
                    && !(cluster.unread(position, UnreadSearch.Progress.NONE) instanceof Unread.Nothing);
        } catch (OpsException e) {
            return true;
        }
    }

    private void writer(
            Cluster cluster, String service, TopicFacts lane, Optional<String> name, List<CheckResult> results) {
        if (lane == null) {
            return;
        }
        if (name.isEmpty()) {
            results.add(GroupChecks.unknown(service));
            return;
        }
        GroupPosition position = cluster.position(lane.name(), lane.partitions(), name.get());
        group(cluster, lane, position, GroupChecks.start(service), results);
        groups.table()
                .filter(table -> name.get().equals(DefaultNames.writerGroup(lane.name(), table)))
                .ifPresent(table -> results.addAll(GroupChecks.former(
                        position,
                        cluster.position(
                                lane.name(), lane.partitions(), DefaultNames.formerWriterGroup(lane.name())))));
    }

    /** Checks whether retention is about to delete a record that a group has not read. */
    private static void oldestUnread(
            Cluster cluster, TopicFacts topic, GroupPosition position, List<CheckResult> results) {
        Map<TopicPartition, Long> next = new HashMap<>();
        position.partitions().forEach((partition, at) -> {
            if (at.lag() > 0) {
                next.put(new TopicPartition(position.topic(), partition), at.next());
            }
        });
        RecordReader.firstTimestamps(cluster.client(), next).stream()
                .filter(timestamp -> timestamp >= 0)
                .min(Long::compare)
                .ifPresent(oldest -> results.addAll(
                        TopicChecks.unread(topic, position.group(), System.currentTimeMillis() - oldest)));
    }

    private void deadLetters(Cluster cluster, Map<String, TopicFacts> topics, List<CheckResult> results) {
        for (String name : deadLetters.all(lanes.source(), laneNames())) {
            TopicFacts topic = topics.get(name);
            if (topic != null) {
                Map<Integer, OffsetRange> ranges = cluster.ranges(topic.name(), topic.partitions());
                long held =
                        ranges.values().stream().mapToLong(OffsetRange::length).sum();
                results.addAll(TopicChecks.deadLetters(topic, held, cluster.recordShare(topic.name(), ranges)));
            }
        }
    }

    private void show(List<CheckResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.isWanted()) {
            JsonOption.print(out, json(results));
        } else {
            for (CheckResult result : results) {
                out.printf(
                        "%-4s  %s: %s%n",
                        result.level() == Level.OK ? "ok" : result.level().name(), result.subject(), result.text());
                result.remedy().ifPresent(remedy -> out.printf("      -> %s%n", remedy));
            }
        }
        out.flush();
    }

    private static JsonObject json(List<CheckResult> results) {
        List<JsonObject> checks = results.stream()
                .map(result -> new JsonObject()
                        .put("level", result.level().name())
                        .put("subject", result.subject())
                        .put("text", result.text())
                        .put("remedy", result.remedy()))
                .toList();
        return new JsonObject()
                .put("failed", results.stream().anyMatch(result -> result.level() == Level.FAIL))
                .put("checks", checks);
    }
}
