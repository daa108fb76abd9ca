package io.sidetrack.ops.takeover;

import static io.sidetrack.ops.cluster.Cluster.await;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Steering;
import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.steering.SteeringText;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidetrack copy-offsets}. */
@Command(
        name = "copy-offsets",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies the offsets that a group has committed in a topic to another group, which then continues where the"
                    + " first one stopped. The first group's offsets do not change. The settings of `sidetrack"
                    + " backfill` for the first group are copied too.",
            "Both groups must be stopped, and the second must not have read the topic. If the first group fed two"
                    + " tables, neither table has every record: do not copy; start each writer with a group of its own"
                    + " instead.",
            "A second run changes nothing."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.NOT_DONE, ExitCodes.INVALID})
public final class CopyOffsetsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "The topic that both groups read.")
    private String topic;

    @Option(names = "--from", required = true, paramLabel = "GROUP", description = "The group that has read the topic.")
    private String from;

    @Option(names = "--to", required = true, paramLabel = "GROUP", description = "The group that continues.")
    private String to;

    @Mixin
    private ControlOptions control;

    @Option(names = "--dry-run", description = "Print what would be copied, and change nothing.")
    private boolean dryRun;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        if (from.equals(to)) {
            throw new ParameterException(spec.commandLine(), "--from and --to name the same group");
        }
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            TopicFacts facts = cluster.topics().require("--topic", topic);
            cluster.requireStopped(from, "stop its members");
            cluster.requireStopped(to, "stop its members");
            Map<TopicPartition, OffsetAndMetadata> offsets = committed(cluster, from);
            if (offsets.isEmpty()) {
                throw new OpsException("group %s has committed no offset of %s; correct --from or --topic"
                        .formatted(from, facts.name()));
            }
            Map<TopicPartition, OffsetAndMetadata> there = committed(cluster, to);
            if (!there.isEmpty() && !there.equals(offsets)) {
                throw new OpsException(
                        "group %s has already committed other offsets of %s; with the copy, it would read records again or skip them"
                                .formatted(to, facts.name()));
            }
            ControlTopic controlTopic = cluster.control(control.topic());
            Optional<Steering> steering =
                    Optional.of(controlTopic.steering(from)).filter(is -> !is.equals(Steering.NONE));
            if (!dryRun && there.isEmpty()) {
                // The offsets last: a writer can start when it has them, and must then already have its settings.
                steering.ifPresent(is -> controlTopic.put(to, is, cluster.admin()));
                await(
                        "offsets of group " + to,
                        cluster.admin().alterConsumerGroupOffsets(to, offsets).all());
            }
            print(offsets, steering);
            return 0;
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Cluster cluster, String group) {
        return GroupOffsets.of(
                topic,
                await(
                        "offsets of group " + group,
                        cluster.admin()
                                .listConsumerGroupOffsets(
                                        group, new ListConsumerGroupOffsetsOptions().requireStable(true))
                                .partitionsToOffsetAndMetadata()));
    }

    private void print(Map<TopicPartition, OffsetAndMetadata> offsets, Optional<Steering> steering) {
        PrintWriter out = spec.commandLine().getOut();
        Map<Integer, Long> sorted = new TreeMap<>();
        offsets.forEach((partition, offset) -> sorted.put(partition.partition(), offset.offset()));
        if (json.isWanted()) {
            JsonOption.print(
                    out,
                    new JsonObject()
                            .put("topic", topic)
                            .put("from", from)
                            .put("to", to)
                            .put("dryRun", dryRun)
                            .put("offsets", sorted)
                            .put("paused", steering.map(Steering::paused).orElse(false))
                            .put(
                                    "writeUnits",
                                    steering.map(Steering::writeUnits).orElse(0)));
            return;
        }
        sorted.forEach((partition, offset) -> out.printf(Locale.ROOT, "  partition %d: %,d%n", partition, offset));
        String copied = dryRun ? "would let" : "done:";
        String continues = dryRun ? "continue" : "continues";
        out.printf("%s %s %s in %s where %s stopped%n", copied, to, continues, topic, from);
        steering.ifPresent(is -> out.printf("its writers: %s%n", SteeringText.of(is)));
        out.flush();
    }
}
