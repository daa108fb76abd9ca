package io.sidetrack.ops.parked;

import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.GroupPosition.PartitionPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.Unread;
import io.sidetrack.ops.cluster.UnreadSearch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The positions of services, from the offsets that their groups have committed. Not thread-safe. */
final class ClusterPositions implements ServicePositions {
    /** A rest of so many offsets may be transaction markers, which no group ever reads. */
    private static final long FEW = 1_000;

    private final Cluster cluster;
    private final ParkedBackfill backfill;
    private final Optional<Routers> routers;
    private final List<String> writers;
    /** By group, what was unread before. */
    private final Map<String, Long> before = new HashMap<>();

    /**
     * The routers.
     *
     * @param source the shared topic
     * @param group their group
     */
    record Routers(String source, String group) {}

    /**
     * @param routers empty if they are retired, so that nothing is parked or routed any more
     * @param writers the groups of the writers that read the lane
     */
    ClusterPositions(Cluster cluster, ParkedBackfill backfill, Optional<Routers> routers, List<String> writers) {
        this.cluster = cluster;
        this.backfill = backfill;
        this.routers = routers;
        this.writers = writers;
    }

    @Override
    public TopicIdentity lane() {
        return cluster.topics().identity(backfill.lane().name());
    }

    @Override
    public TopicIdentity source() {
        return routers.map(some -> cluster.topics().identity(some.source)).orElse(null);
    }

    @Override
    public SortedMap<Integer, Long> laneEnds() {
        return ends(backfill.lane().name());
    }

    @Override
    public SortedMap<Integer, Long> parkedEnds() {
        return ends(backfill.parked().name());
    }

    /** Of all partitions that the topic has now: one that was added since the command began must not be passed over. */
    private SortedMap<Integer, Long> ends(String topic) {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        cluster.ranges(topic, cluster.topics().require("topic", topic).partitions())
                .forEach((partition, range) -> ends.put(partition, range.end()));
        return ends;
    }

    @Override
    public SortedMap<Integer, Long> routed() {
        SortedMap<Integer, Long> routed = new TreeMap<>();
        routers.ifPresent(some -> {
            int partitions = cluster.topics().require("--source", some.source).partitions();
            cluster.stablePosition(some.source, partitions, some.group)
                    .partitions()
                    .forEach((partition, at) ->
                            routed.put(partition, at.committed().orElse(0)));
        });
        return routed;
    }

    @Override
    public String owners() {
        return routers.map(some -> cluster.owners(some.group, some.source)).orElse("");
    }

    @Override
    public SortedMap<String, Long> unread(SortedMap<Integer, Long> to) {
        SortedMap<String, Long> unread = new TreeMap<>();
        for (String group : writers) {
            GroupPosition rest = rest(group, to);
            Long last = before.put(group, rest.lag());
            boolean mayBeMarkers = rest.lag() > 0
                    && (rest.lag() <= FEW || Long.valueOf(rest.lag()).equals(last));
            boolean nothing =
                    mayBeMarkers && cluster.unread(rest, UnreadSearch.Progress.NONE) instanceof Unread.Nothing;
            unread.put(group, nothing ? 0 : rest.lag());
        }
        return unread;
    }

    /** The position of a group as if the lane ended at these offsets, in the partitions in which it has not read up to there. */
    private GroupPosition rest(String group, SortedMap<Integer, Long> to) {
        SortedMap<Integer, PartitionPosition> rest = new TreeMap<>();
        cluster.position(backfill.lane().name(), backfill.lane().partitions(), group)
                .partitions()
                .forEach((partition, at) -> {
                    long end = Math.min(at.range().end(), to.getOrDefault(partition, 0L));
                    if (at.next() < end) {
                        rest.put(
                                partition,
                                new PartitionPosition(
                                        new OffsetRange(at.range().start(), end), OptionalLong.of(at.next())));
                    }
                });
        return new GroupPosition(backfill.lane().name(), group, rest);
    }
}
