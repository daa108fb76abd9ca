package io.sidetrack.ops.deadletter;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.cluster.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidetrack dead-letters}. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = {
            "Lists, shows and replays records that could not be written or routed.",
            "Dead letters are never removed from their topic. Replayed ones are marked there, and who replayed them is"
                    + " recorded."
        },
        subcommands = {ListCommand.class, ShowCommand.class, ReplayCommand.class, HistoryCommand.class})
public final class DeadLettersCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a subcommand is missing: list, show, replay or history");
    }

    /** The dead-letter topic of a command. */
    static final class Topic {
        @Mixin
        private KafkaOptions kafka;

        @Option(
                names = "--topic",
                required = true,
                paramLabel = "TOPIC",
                description = "The dead-letter topic, such as orders-live-dead-letters.")
        private String name;

        Cluster open() {
            return Cluster.open(kafka.properties());
        }

        TopicFacts facts(Cluster cluster) {
            return cluster.topics().require("--topic", name);
        }

        String name() {
            return name;
        }
    }
}
