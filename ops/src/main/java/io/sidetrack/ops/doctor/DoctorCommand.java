package io.sidetrack.ops.doctor;

import static io.sidetrack.ops.cluster.Cluster.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import io.sidetrack.ops.cluster.Unread;
import io.sidetrack.ops.cluster.UnreadSearch;
import io.sidetrack.ops.doctor.Finding.Level;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
            "Looks at brokers, topics, groups and table, each against the others, and says what is wrong and what to do.",
            "Without --table or WRITER_TABLE it looks neither at the table nor at the writers' groups. Lags are of offsets,"
                    + " as in Kafka's own tools.",
            "Changes nothing. Exit codes: 0 nothing fails, 1 something does, 2 wrongly called or no broker."
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final Duration RELEASE_PATIENCE = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "A group that lags behind the shared topic, and is to be taken over.")
    private String group;

    @Option(names = "--json", description = "An array of findings.")
    private boolean json;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            // Its line for a cluster that does not answer is better than that of any call below.
            Map<String, TopicFacts> topics = cluster.topics().find(names());
            brokers(cluster, findings);
            topics(cluster, topics, findings);
        }
        lanes.table().ifPresent(name -> findings.addAll(Aws.look(name)));
        show(findings);
        return findings.stream().anyMatch(finding -> finding.level() == Level.FAIL) ? 1 : 0;
    }

    /** The lanes, which may be one topic. */
    private List<String> laneNames() {
        return List.copyOf(new LinkedHashSet<>(List.of(lanes.live(), lanes.backfill())));
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        names.add(lanes.source());
        names.addAll(laneNames());
        names.add(DefaultNames.deadLetterTopic(lanes.source()));
        laneNames().forEach(lane -> names.add(DefaultNames.deadLetterTopic(lane)));
        return names;
    }

    private static void brokers(Cluster cluster, List<Finding> findings) {
        DescribeClusterResult described = cluster.admin().describeCluster();
        int brokers = answer("the cluster", described.nodes()).size();
        String text = "%d of cluster %s".formatted(brokers, answer("the cluster", described.clusterId()));
        findings.add(
                brokers < 3
                        ? Finding.warn(
                                "brokers", text + ": one that fails stops everything", "run 3, with 3 replicas a topic")
                        : Finding.ok("brokers", text));
        findings.add(BrokerChecks.release(BrokerReleases.look(cluster.admin(), RELEASE_PATIENCE)));
    }

    private void topics(Cluster cluster, Map<String, TopicFacts> topics, List<Finding> findings) {
        for (String name : names()) {
            findings.add(topics.containsKey(name) ? TopicChecks.there(topics.get(name)) : TopicChecks.missing(name));
        }
        TopicFacts source = topics.get(lanes.source());
        TopicFacts live = topics.get(lanes.live());
        TopicFacts backfill = topics.get(lanes.backfill());
        List<String> fromSource = new ArrayList<>(laneNames());
        fromSource.add(DefaultNames.deadLetterTopic(lanes.source()));
        for (String topic : fromSource) {
            both(topics.get(topic), source)
                    .ifPresent(pair -> findings.addAll(TopicChecks.receiving(pair.to, pair.from)));
        }
        for (String lane : laneNames()) {
            both(topics.get(DefaultNames.deadLetterTopic(lane)), topics.get(lane))
                    .ifPresent(pair -> {
                        findings.addAll(TopicChecks.receiving(pair.to, pair.from));
                        findings.addAll(TopicChecks.keepsAllLetters(pair.to));
                    });
        }
        if (source != null) {
            findings.addAll(TopicChecks.source(source));
            readers(cluster, source, findings);
        }
        if (laneNames().size() == 1) {
            writer(cluster, "the writer", backfill, lanes.knownBackfillGroup(), findings);
        } else {
            both(live, backfill).ifPresent(pair -> findings.addAll(TopicChecks.lanes(live, backfill)));
            writer(cluster, "the writer of the live lane", live, lanes.knownLiveGroup(), findings);
            writer(cluster, "the writer of the backfill lane", backfill, lanes.knownBackfillGroup(), findings);
        }
        letters(cluster, topics, findings);
    }

    /** Who reads the source: the group that lags, if it is named, and the router. */
    private void readers(Cluster cluster, TopicFacts source, List<Finding> findings) {
        GroupPosition router = cluster.standing(source.name(), source.partitions(), lanes.routerGroup());
        List<String> others = List.of();
        if (group != null) {
            GroupPosition lagging = cluster.standing(source.name(), source.partitions(), group);
            boolean takenOver = router.isKnown()
                    && cluster.control(lanes.controlTopic())
                            .cut(lanes.routerGroup())
                            .value()
                            .filter(cut -> cut.group().equals(group))
                            .isPresent();
            findings.addAll(
                    GroupChecks.lagging(lagging, cluster.state(group), hasRecords(cluster, lagging), takenOver));
            if (!takenOver) {
                oldestUnread(cluster, source, lagging, findings);
            }
            others = List.of(group);
        } else if (!router.isKnown()) {
            others = cluster.groupsIn(source.name(), lanes.routerGroup());
        }
        String remedy = GroupChecks.startRouter(router, others);
        if (router.isKnown() || others.isEmpty()) {
            group(cluster, source, router, remedy, findings);
        } else {
            // How old the topic's oldest record is does not matter: others have read it.
            findings.addAll(
                    GroupChecks.group(router, cluster.state(router.group()), hasRecords(cluster, router), remedy));
        }
    }

    private record Pair(TopicFacts to, TopicFacts from) {}

    private static Optional<Pair> both(TopicFacts to, TopicFacts from) {
        return to == null || from == null ? Optional.empty() : Optional.of(new Pair(to, from));
    }

    private static void group(
            Cluster cluster, TopicFacts topic, GroupPosition standing, String remedy, List<Finding> findings) {
        Optional<GroupState> state = cluster.state(standing.group());
        findings.addAll(GroupChecks.group(standing, state, hasRecords(cluster, standing), remedy));
        oldestUnread(cluster, topic, standing, findings);
    }

    /** Whether a lag contains records; one that cannot be searched does. */
    private static boolean hasRecords(Cluster cluster, GroupPosition standing) {
        try {
            return standing.lag() > 0
                    && !(cluster.unread(standing, UnreadSearch.Progress.NONE) instanceof Unread.Nothing);
        } catch (OpsException e) {
            return true;
        }
    }

    private void writer(
            Cluster cluster, String service, TopicFacts lane, Optional<String> name, List<Finding> findings) {
        if (lane == null) {
            return;
        }
        if (name.isEmpty()) {
            findings.add(GroupChecks.unknown(service));
            return;
        }
        GroupPosition standing = cluster.standing(lane.name(), lane.partitions(), name.get());
        group(cluster, lane, standing, GroupChecks.start(service), findings);
        lanes.table()
                .filter(table -> name.get().equals(DefaultNames.writerGroup(lane.name(), table)))
                .ifPresent(table -> findings.addAll(GroupChecks.former(
                        standing,
                        cluster.standing(
                                lane.name(), lane.partitions(), DefaultNames.formerWriterGroup(lane.name())))));
    }

    /** The oldest record that a group reads next, over its partitions, against what is deleted next. */
    private static void oldestUnread(
            Cluster cluster, TopicFacts topic, GroupPosition standing, List<Finding> findings) {
        Map<TopicPartition, Long> next = new HashMap<>();
        standing.partitions().forEach((partition, place) -> {
            if (place.lag() > 0) {
                next.put(new TopicPartition(standing.topic(), partition), place.next());
            }
        });
        RecordReader.firstTimestamps(cluster.client(), next).stream()
                .filter(timestamp -> timestamp >= 0)
                .min(Long::compare)
                .ifPresent(oldest -> findings.addAll(
                        TopicChecks.unread(topic, standing.group(), System.currentTimeMillis() - oldest)));
    }

    private void letters(Cluster cluster, Map<String, TopicFacts> topics, List<Finding> findings) {
        List<String> origins = new ArrayList<>(List.of(lanes.source()));
        origins.addAll(laneNames());
        for (String lane : origins) {
            TopicFacts letters = topics.get(DefaultNames.deadLetterTopic(lane));
            if (letters != null) {
                Map<Integer, OffsetRange> spans = cluster.spans(letters.name(), letters.partitions());
                long held =
                        spans.values().stream().mapToLong(OffsetRange::length).sum();
                findings.addAll(TopicChecks.letters(letters, held, cluster.recordShare(letters.name(), spans)));
            }
        }
    }

    private void show(List<Finding> findings) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(findings));
        } else {
            for (Finding finding : findings) {
                out.printf(
                        "%-4s  %s: %s%n",
                        finding.level() == Level.OK ? "ok" : finding.level().name(), finding.subject(), finding.text());
                finding.remedy().ifPresent(remedy -> out.printf("      -> %s%n", remedy));
            }
        }
        out.flush();
    }

    private static String json(List<Finding> findings) {
        List<Map<String, String>> all = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, String> one = new LinkedHashMap<>();
            one.put("level", finding.level().name());
            one.put("subject", finding.subject());
            one.put("text", finding.text());
            finding.remedy().ifPresent(remedy -> one.put("remedy", remedy));
            all.add(one);
        }
        try {
            return JsonMapper.builder().build().writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text can always be written", e);
        }
    }
}
