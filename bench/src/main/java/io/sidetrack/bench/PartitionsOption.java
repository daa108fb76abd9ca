package io.sidetrack.bench;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.SandboxTopics;
import picocli.CommandLine.Option;

/** The partitions of the lane that a benchmark reads, as an option. */
final class PartitionsOption {
    @Option(
            names = "--partitions",
            defaultValue = "48",
            paramLabel = "N",
            description = "Partitions of the topic. Default: ${DEFAULT-VALUE}.")
    int partitions;

    /** Creates a lane and its dead-letter topic. */
    static void create(String bootstrapServers, String topic, int partitions) {
        try (SandboxTopics topics = new SandboxTopics(bootstrapServers)) {
            topics.createLane(topic, partitions);
            topics.createLane(DefaultNames.deadLetterTopic(topic), 1);
        }
    }
}
