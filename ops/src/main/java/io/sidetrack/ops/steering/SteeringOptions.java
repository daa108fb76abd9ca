package io.sidetrack.ops.steering;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.status.StatusReader;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.GroupOptions;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.StatusOptions;
import io.sidetrack.ops.cluster.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;

/** The backfill lane, its services, and where their settings are. */
final class SteeringOptions {
    private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(5);

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Mixin
    private GroupOptions groups;

    @Mixin
    private ControlOptions control;

    @Mixin
    private StatusOptions status;

    Cluster open() {
        return Cluster.open(kafka.properties());
    }

    ControlTopic control(Cluster cluster) {
        return cluster.control(control.topic());
    }

    /** The name of the backfill lane. */
    String lane() {
        return lanes.backfill();
    }

    /** True if the name of the backfill lane is given, or follows from that of the shared topic. */
    boolean isLaneKnown() {
        return lanes.knownBackfill().isPresent();
    }

    /** The backfill lane, which must exist. */
    TopicFacts lane(Cluster cluster) {
        return cluster.topics().require("--backfill", lane());
    }

    /** The shared topic. */
    String source() {
        return lanes.source();
    }

    /** The shared topic; empty if it is not known. */
    Optional<String> knownSource() {
        return lanes.knownSource();
    }

    /** The topic in which services count the records of named backfills. */
    String statusTopic() {
        return status.topic();
    }

    /** The shared topic and the group of the routers, in the status topic; empty if the shared topic is not known. */
    Optional<StatusKey> statusOfRouters() {
        return lanes.knownSource().map(source -> new StatusKey(StatusKey.ROUTER, routers(), source, 0));
    }

    /** The group of the routers. */
    String routers() {
        return groups.router(lanes);
    }

    /** The group of the writers. */
    String writers() {
        return groups.backfill(lanes);
    }

    /**
     * All groups of writers that read the lane: the one that an option names; or that of the table, and those that have read the lane
     * for other tables, which have default names or have published counts.
     *
     * @throws StartupException if there is none
     */
    List<String> allWriters(Cluster cluster) {
        if (groups.namedBackfill().isPresent()) {
            return List.of(groups.namedBackfill().get());
        }
        TreeSet<String> all = new TreeSet<>();
        groups.knownBackfill(lanes).ifPresent(all::add);
        cluster.groupsIn(lane(), "").stream()
                .filter(group ->
                        group.startsWith(DefaultNames.writerGroup(lane(), "")) || hasPublishedCounts(cluster, group))
                .forEach(all::add);
        if (all.isEmpty()) {
            throw new StartupException(
                    "--table",
                    "not given, and no group of writers has read " + lane(),
                    "Name the table, here or in WRITER_TABLE, or the group with --backfill-group.");
        }
        return new ArrayList<>(all);
    }

    /** False if that cannot be read: the status topic is optional. */
    private boolean hasPublishedCounts(Cluster cluster, String group) {
        StatusKey key = new StatusKey(StatusKey.WRITER, group, lane(), 0);
        try (StatusReader reader = StatusReader.open(cluster.client(), statusTopic(), Set.of(key), STATUS_TIMEOUT)) {
            return reader.read() && !reader.entries(StatusKey.WRITER).isEmpty();
        } catch (KafkaException e) {
            return false;
        }
    }
}
