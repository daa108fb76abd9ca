package io.sidetrack.ops.copy;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.ops.cluster.Cluster;
import picocli.CommandLine.Option;

/** The journal of a command that copies. */
public final class JournalOptions {
    @Option(
            names = "--journal-topic",
            paramLabel = "TOPIC",
            defaultValue = DefaultNames.JOURNAL_TOPIC,
            description = "The topic that records how far copies are. It is created if it does not exist. Default:"
                    + " ${DEFAULT-VALUE}.")
    private String name;

    /** The journal, which need not exist. */
    public JournalTopic topic(Cluster cluster) {
        return new JournalTopic(cluster, name);
    }
}
