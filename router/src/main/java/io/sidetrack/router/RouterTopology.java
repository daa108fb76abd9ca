package io.sidetrack.router;

import io.sidetrack.common.lane.BackfillNames;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.park.ParkingLot;
import io.sidetrack.router.placement.Destination;
import io.sidetrack.router.placement.Destinations;
import io.sidetrack.router.placement.PartitionBy;
import io.sidetrack.router.placement.ProducerLimits;
import io.sidetrack.router.placement.TopicLookup;
import io.sidetrack.router.route.EnabledRules;
import io.sidetrack.router.route.Route;
import io.sidetrack.router.route.RouteCounts;
import io.sidetrack.router.route.RouteListener;
import io.sidetrack.router.route.RoutedKey;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.startup.RouterTopics;
import io.sidetrack.router.timestamp.TimestampToHeader;
import java.time.Clock;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The router's topology: bytes in, bytes out. Where the key determines the partition, no partitioner is set: the producer's own
 * uses murmur2 of the key, so records of one key stay in order within a lane (R3).
 */
final class RouterTopology {
    private static final String SOURCE = "source";
    private static final String ROUTE = "route";
    private static final String LIVE = "live";
    private static final String BACKFILL = "backfill";
    private static final String PARKED = "parked";
    private static final String DEAD_LETTERS = "dead-letters";

    private RouterTopology() {}

    /** The topics that the router writes to, with their sinks and with the limits of topic and producer. */
    static Destinations destinations(RouterTopics topics, ProducerLimits producer, TopicLookup lookup) {
        return new Destinations(
                new Destination(topics.live().name(), LIVE, producer.with(topics.live(), lookup)),
                new Destination(topics.backfill().name(), BACKFILL, producer.with(topics.backfill(), lookup)),
                new Destination(topics.parked().name(), PARKED, producer.with(topics.parked(), lookup)),
                new Destination(
                        topics.deadLetters().name(), DEAD_LETTERS, producer.with(topics.deadLetters(), lookup)));
    }

    static Topology of(
            RouterSettings settings,
            EnabledRules rules,
            Destinations destinations,
            LaneProducers producers,
            RouteListener listener,
            ParkingLot parkingLot,
            BackfillTally tallies,
            Clock clock) {
        BackfillNames names = new BackfillNames();
        Topology topology = new Topology()
                // For partitions in which the group has no offset: a new group must not skip the records that the
                // source
                // already holds. SourceRange handles an offset that is out of range.
                .addSource(
                        AutoOffsetReset.earliest(),
                        SOURCE,
                        new TimestampToHeader(settings.trustsHeaders()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        settings.topics().source())
                .addProcessor(
                        ROUTE,
                        () -> new Route(
                                settings,
                                rules,
                                destinations,
                                producers,
                                new RouteCounts(listener, settings.rules().header(), names),
                                parkingLot,
                                tallies,
                                clock),
                        SOURCE);
        addLane(topology, destinations.live(), settings.partitionBy());
        addLane(topology, destinations.backfill(), settings.partitionBy());
        // With as many partitions as the backfill lane, so that a record has the same partition in both.
        addLane(topology, destinations.parked(), settings.partitionBy());
        return topology.addSink(
                DEAD_LETTERS, destinations.deadLetters().topic(), RoutedKey.BYTES, new ByteArraySerializer(), ROUTE);
    }

    private static void addLane(Topology topology, Destination lane, PartitionBy partitionBy) {
        if (partitionBy instanceof PartitionBy.Key) {
            topology.addSink(lane.sink(), lane.topic(), RoutedKey.BYTES, new ByteArraySerializer(), ROUTE);
        } else {
            topology.addSink(
                    lane.sink(),
                    lane.topic(),
                    RoutedKey.BYTES,
                    new ByteArraySerializer(),
                    RoutedKey.PARTITIONER,
                    ROUTE);
        }
    }
}
