package io.sidetrack.ops.doctor;

import static io.sidetrack.ops.cluster.Cluster.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.group.DefaultGroups;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.RecordReader;
import io.sidetrack.ops.cluster.Standing;
import io.sidetrack.ops.doctor.Finding.Level;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.DescribeClusterResult;
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
            "Without --table or WRITER_TABLE it looks neither at the table nor at the writers' groups.",
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

    private List<String> names() {
        return List.of(
                lanes.source(),
                lanes.live(),
                lanes.backfill(),
                lanes.source() + "-dead-letters",
                lanes.live() + "-dead-letters",
                lanes.backfill() + "-dead-letters");
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
        for (String lane : List.of(lanes.live(), lanes.backfill(), lanes.source() + "-dead-letters")) {
            both(topics.get(lane), source)
                    .ifPresent(pair -> findings.addAll(TopicChecks.receiving(pair.to, pair.from)));
        }
        for (String lane : List.of(lanes.live(), lanes.backfill())) {
            both(topics.get(lane + "-dead-letters"), topics.get(lane)).ifPresent(pair -> {
                findings.addAll(TopicChecks.receiving(pair.to, pair.from));
                findings.addAll(TopicChecks.keepsAllLetters(pair.to));
            });
        }
        both(live, backfill).ifPresent(pair -> findings.addAll(TopicChecks.lanes(live, backfill)));
        group(cluster, "the router", source, lanes.routerGroup(), findings);
        writer(cluster, "the writer of the live lane", live, lanes.knownLiveGroup(), findings);
        writer(cluster, "the writer of the backfill lane", backfill, lanes.knownBackfillGroup(), findings);
        letters(cluster, topics, findings);
    }

    private record Pair(TopicFacts to, TopicFacts from) {}

    private static Optional<Pair> both(TopicFacts to, TopicFacts from) {
        return to == null || from == null ? Optional.empty() : Optional.of(new Pair(to, from));
    }

    private static void group(Cluster cluster, String service, TopicFacts topic, String group, List<Finding> findings) {
        if (topic == null) {
            return;
        }
        Standing standing = cluster.standing(topic.name(), topic.partitions(), group);
        findings.addAll(GroupChecks.group(service, standing, cluster.state(group)));
        if (standing.lag() > 0) {
            oldestUnread(cluster, standing).ifPresent(age -> findings.addAll(TopicChecks.unread(topic, group, age)));
        }
    }

    private void writer(
            Cluster cluster, String service, TopicFacts lane, Optional<String> group, List<Finding> findings) {
        if (lane == null) {
            return;
        }
        if (group.isEmpty()) {
            findings.add(GroupChecks.unknown(service));
            return;
        }
        group(cluster, service, lane, group.get(), findings);
        lanes.table()
                .filter(table -> group.get().equals(DefaultGroups.ofWriter(lane.name(), table)))
                .ifPresent(table -> findings.addAll(GroupChecks.former(
                        cluster.standing(lane.name(), lane.partitions(), group.get()),
                        cluster.standing(lane.name(), lane.partitions(), DefaultGroups.formerOfWriter(lane.name())))));
    }

    /** The age in ms of the oldest record that a group reads next, over its partitions. */
    private static OptionalLong oldestUnread(Cluster cluster, Standing standing) {
        Map<TopicPartition, Long> next = new HashMap<>();
        standing.partitions().forEach((partition, place) -> {
            if (place.lag() > 0) {
                next.put(new TopicPartition(standing.topic(), partition), place.next());
            }
        });
        OptionalLong oldest = RecordReader.firstTimestamps(cluster.client(), next).stream()
                .mapToLong(Long::longValue)
                .filter(timestamp -> timestamp >= 0)
                .min();
        return oldest.isPresent()
                ? OptionalLong.of(System.currentTimeMillis() - oldest.getAsLong())
                : OptionalLong.empty();
    }

    private void letters(Cluster cluster, Map<String, TopicFacts> topics, List<Finding> findings) {
        for (String lane : List.of(lanes.source(), lanes.live(), lanes.backfill())) {
            TopicFacts letters = topics.get(lane + "-dead-letters");
            if (letters != null) {
                long held = cluster.spans(letters.name(), letters.partitions()).values().stream()
                        .mapToLong(span -> span.end() - span.start())
                        .sum();
                if (held > 0) {
                    findings.add(Finding.warn(
                            letters.name(),
                            String.format(Locale.ROOT, "holds %,d records", held),
                            "look with `sidetrack dead-letters list --topic " + letters.name() + "`"));
                }
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
