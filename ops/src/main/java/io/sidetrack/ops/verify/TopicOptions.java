package io.sidetrack.ops.verify;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.cluster.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The lane to verify, and the topics and the group that belong to it. */
public final class TopicOptions {
    private final Environment environment;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "The lane. Default: WRITER_TOPIC.")
    private String topic;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "The writer's group: records that it has not committed are not expected in the table yet."
                    + " Default: WRITER_APPLICATION_ID, or sidetrack-writer-LANE~TABLE.")
    private String group;

    @Option(names = "--ignore-group", description = "Expect all records in the table, whatever a group has committed.")
    private boolean ignoreGroup;

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC",
            description = "The writer's dead-letter topic. Default: WRITER_DEAD_LETTER_TOPIC, or LANE-dead-letters.")
    private String deadLetters;

    @Option(
            names = "--other-lane",
            split = ",",
            paramLabel = "TOPIC,...",
            description = "Other lanes that feed the table: with --whole-table, their records account for items too.")
    private List<String> otherLanes = List.of();

    @Mixin
    private Slice slice;

    /** @param environment with the writer's own variables */
    public TopicOptions(Environment environment) {
        this.environment = environment;
    }

    /** The part of the lane to verify. */
    Slice slice() {
        return slice;
    }

    /** @throws StartupException if no lane is given, or it does not exist */
    Lane lane(Cluster cluster, Duration patience) {
        String name = environment
                .orVariable(topic, "WRITER_TOPIC")
                .orElseThrow(() -> new StartupException(
                        "--topic", "not given", "Name the lane, here or in WRITER_TOPIC, or a file."));
        return new Lane(cluster, cluster.topics().require("--topic", name), patience);
    }

    /** The dead letters of a lane; empty if there is no such topic. */
    Optional<Lane> deadLetters(Cluster cluster, Lane lane, Duration patience) {
        String name = environment
                .orVariable(deadLetters, "WRITER_DEAD_LETTER_TOPIC")
                .orElseGet(() -> DefaultNames.deadLetterTopic(lane.topic().name()));
        return Lane.find(cluster, name, patience);
    }

    /** The other lanes. */
    List<Lane> others(Cluster cluster, Duration patience) {
        return otherLanes.stream()
                .map(name -> new Lane(cluster, cluster.topics().require("--other-lane", name), patience))
                .toList();
    }

    /** The offsets that the writer has committed, by partition; empty if all records count as written. */
    Map<Integer, Long> committed(Lane lane, String table) {
        return ignoreGroup
                ? Map.of()
                : lane.committed(environment
                        .orVariable(group, "WRITER_APPLICATION_ID")
                        .orElseGet(() -> DefaultNames.writerGroup(lane.topic().name(), table)));
    }
}
