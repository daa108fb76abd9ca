package io.sidetrack.bench;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.SandboxTopics;
import picocli.CommandLine.Option;

/** The lane that a benchmark reads. */
final class PartitionsOption {
    @Option(
            names = "--partitions",
            defaultValue = "48",
            paramLabel = "N",
            description = "Of the topic. Default: ${DEFAULT-VALUE}.")
    int partitions;

    /** Makes a lane and its dead-letter topic. */
    static void create(String bootstrapServers, String topic, int partitions) {
        try (SandboxTopics topics = new SandboxTopics(bootstrapServers)) {
            topics.createLane(topic, partitions);
            topics.createLane(DefaultNames.deadLetterTopic(topic), 1);
        }
    }
}
