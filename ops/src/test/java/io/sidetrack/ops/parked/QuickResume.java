package io.sidetrack.ops.parked;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.copy.JournalTopic;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Resumes a backfill without the waits for services, for tests in which there are none. */
public final class QuickResume {
    private static final Resume.Timing TIMING = new Resume.Timing(100, 100, 100, 200, 600);

    private QuickResume() {}

    /**
     * Resumes it.
     *
     * @param lane the backfill lane, whose parked topic has the default name
     */
    public static ResumeOperation.Result run(
            String bootstrapServers,
            String name,
            String lane,
            String source,
            String routers,
            String writers,
            boolean skipDeleted,
            String journal,
            PrintWriter err) {
        try (Cluster cluster = Cluster.open(KafkaProperties.of(Map.of("bootstrap.servers", bootstrapServers)))) {
            TopicFacts facts = cluster.topics().require("lane", lane);
            return new ResumeOperation(
                            cluster,
                            cluster.control("sidetrack-control"),
                            new JournalTopic(cluster, journal),
                            new ParkedBackfill(
                                    new BackfillName(name),
                                    facts,
                                    cluster.topics().require("parked", lane + "-parked"),
                                    "x-backfill"),
                            new ResumeOperation.Services(
                                    source, routers, false, List.of(writers), "sidetrack-status", group -> ""),
                            Optional.of("tester"),
                            err,
                            TIMING)
                    .run(skipDeleted);
        }
    }
}
